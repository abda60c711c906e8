import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { readHistory } from '../../cvmfs/read/history.js';
import { MANIFEST_FILE, readManifest } from '../../cvmfs/read/manifest.js';
import { readObject } from '../../cvmfs/read/object.js';
import { readReflog, REFLOG_FILE } from '../../cvmfs/read/reflog.js';
import type { NamespaceRoots } from './mark-namespace.js';
import { trimReferences } from './trim-references.js';

const MAX_REFLOG_BYTES = 256 * 1024 * 1024;

/**
 * Reads what CernVM-FS clients and tools begin with.
 * @throws DepotError `not-found` and the like; what is not there cannot say what it needs
 */
export async function readNamespaceRoots(source: Source): Promise<NamespaceRoots> {
  const manifest = await readManifest(source).catch((cause: unknown) => {
    if (!(cause instanceof DepotError)) throw cause;
    throw new DepotError(cause.code, cause.message, {
      cause,
      hint: `${MANIFEST_FILE} must be sound before anything may go: restore it, or run 'depot-publish refresh'`,
    });
  });
  const { history, reflog } = manifest;
  const tags =
    history === undefined
      ? []
      : await readHistory(await readObject(source, history, 'H'), `${source.location}: tag database`);
  const references =
    reflog === undefined
      ? []
      : await readReflog(
          await source.read(REFLOG_FILE, MAX_REFLOG_BYTES),
          `${source.location}/${REFLOG_FILE}`,
        );
  return { manifest, tags, references };
}

/** The same without references to revisions that are neither tagged nor were in force after `since`. */
export function trimRoots(roots: NamespaceRoots, since: Date): NamespaceRoots {
  const { manifest, tags, references } = roots;
  const { catalog, certificate, history, metainfo } = manifest;
  const kept = [catalog, certificate, history, metainfo, ...tags.map((tag) => tag.catalog)];
  const keptHashes = new Set(kept.filter((hash) => hash !== undefined));
  return { ...roots, references: trimReferences(references, keptHashes, since.getTime() / 1000) };
}
