import type { DurableWriter } from '../files/durable-writer.js';
import type { OpenRepository } from '../repository/open-repository.js';
import { commitNamespace } from './commit-namespace.js';
import { makeDataDirectories } from './make-data-directories.js';
import type { LayerCatalogs } from './mount-layers.js';
import type { OpenNamespace } from './open-namespace.js';
import { readObject } from './read/object.js';
import { signWhitelist } from './sign-whitelist.js';
import { parseMetainfo } from './write/metainfo.js';

/** Lets a Stratum 1 replicate the repository. */
const REPLICA_FILE = '.cvmfs_master_replica';

export interface FollowTools {
  readonly writer: DurableWriter;
  /** The bundled `depot-hydrate`. */
  readonly hydrator: Buffer;
  readonly now: Date;
  readonly layers?: LayerCatalogs;
}

/**
 * Brings the CernVM-FS side in line with the trust metadata in force, whatever kept it from following before.
 * @returns the number of the new revision; undefined when the one in force shows that metadata already
 */
export async function followTrust(
  opened: OpenRepository,
  namespace: OpenNamespace,
  { writer, hydrator, now, layers }: FollowTools,
): Promise<number | undefined> {
  if (!namespace.hasWhitelist) {
    await makeDataDirectories(writer.root);
    await writer.write(REPLICA_FILE, '');
    await signWhitelist(namespace, opened.config, writer, now);
  }
  if (await isCurrent(opened, namespace)) return undefined;
  return commitNamespace(opened, namespace.previous, {
    ...{ writer, key: namespace.key, hydrator, now },
    ...(layers && { layers }),
  });
}

/** Whether the revision in force was made from this very state of the trust metadata. */
async function isCurrent({ state, trusted }: OpenRepository, { previous }: OpenNamespace): Promise<boolean> {
  const metainfo = previous?.manifest.metainfo;
  if (metainfo === undefined) return false;
  const shown = parseMetainfo(await readObject(trusted.source, metainfo, 'M'));
  return shown === state.timestamp.signed.version;
}
