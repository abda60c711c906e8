import type { Source } from '@depotcast/hydrator';
import { noting, type Problem } from '../../maintenance/problem.js';
import { checkManifest, MANIFEST_FILE, readManifest, type ReadManifest } from '../read/manifest.js';
import { readObject } from '../read/object.js';
import { checkWhitelist, readWhitelist, WHITELIST_FILE } from '../read/whitelist.js';

export interface ClientView {
  readonly source: Source;
  /** The repository that a client mounts. */
  readonly name: string;
  /** Public master key, PEM: all that a client trusts. */
  readonly masterKey: string;
  readonly now: Date;
}

/**
 * Does what a client does before it mounts: manifest, certificate, signatures, whitelist, expiry.
 * @returns the manifest, where it can be read at all
 */
export async function verifyPointers(
  view: ClientView,
  problems: Problem[],
): Promise<ReadManifest | undefined> {
  const { source, name } = view;
  let manifest: ReadManifest | undefined;
  await noting(problems, async () => {
    manifest = await readManifest(source);
    const certificate = (await readObject(source, manifest.certificate, 'X')).toString('utf8');
    checkManifest(manifest, name, certificate, `${source.location}/${MANIFEST_FILE}`);
    const whitelist = await readWhitelist(source);
    checkWhitelist(whitelist, { ...view, certificate }, `${source.location}/${WHITELIST_FILE}`);
  });
  return manifest;
}
