import { renderJson, repository } from '@depotcast/hydrator/format';
import { copyTrust } from '../export/copy-trust.js';
import { selectReleases } from '../export/select-releases.js';
import { distinctLayers } from '../export/write-namespace.js';
import type { DurableWriter } from '../files/durable-writer.js';
import type { OpenRepository } from '../repository/open-repository.js';
import type { RepositoryFile } from '../trust/plan-revision.js';
import { Copier } from './copier.js';
import { mirrorCatalogs } from './mirror-catalogs.js';
import { type LayerEvents, mirrorLayers } from './mirror-layers.js';
import type { Pointers } from './pointers.js';

export interface MirrorReport {
  /** Files and bytes that were missing. */
  readonly files: number;
  readonly bytes: number;
  readonly layers: number;
  /** CernVM-FS revision; null where the source has none. */
  readonly revision: number | null;
}

/**
 * Makes a destination what the source was when its pointers were read. Everything is checked on its way, and the pointers
 * are written last: who reads the destination meanwhile has the old state or the new one, whole. A mirror that was cut
 * short goes on where it stopped.
 * @throws DepotError `bad-digest`, `bad-signature` and the like for a source that is not what was signed
 */
export async function mirror(
  opened: OpenRepository,
  pointers: Pointers | undefined,
  writer: DurableWriter,
  events: LayerEvents,
): Promise<MirrorReport> {
  const { trusted, config } = opened;
  const copier = new Copier(trusted.source, writer);
  const layers = distinctLayers((await selectReleases(trusted, {})).releases);
  await mirrorLayers(trusted, layers, copier, events);
  if (pointers !== undefined) await mirrorCatalogs(pointers.manifest, copier);
  const last: RepositoryFile[] = [];
  await copyTrust(opened, [], {
    file: async (path, bytes) => {
      if (path === repository.metadataFile('timestamp')) last.push({ path, bytes: Buffer.from(bytes) });
      else await copier.write(path, bytes);
    },
    link: (path) => Promise.reject(new Error(`${path}: a repository has no links`)),
  });
  await copier.write(repository.config, Buffer.from(renderJson(config)));
  await writer.sync();
  for (const { path, bytes } of [...last, ...(pointers?.files ?? [])]) {
    await copier.write(path, bytes);
    await writer.sync();
  }
  const { files, bytes } = copier;
  return { files, bytes, layers: layers.length, revision: pointers?.manifest.revision ?? null };
}
