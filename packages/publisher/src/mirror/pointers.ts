import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import {
  checkManifest,
  MANIFEST_FILE,
  MAX_MANIFEST_BYTES,
  parseManifest,
  type ReadManifest,
} from '../cvmfs/read/manifest.js';
import { readObject } from '../cvmfs/read/object.js';
import {
  checkWhitelist,
  MAX_WHITELIST_BYTES,
  parseWhitelist,
  WHITELIST_FILE,
} from '../cvmfs/read/whitelist.js';
import type { RepositoryFile } from '../trust/plan-revision.js';

/** Lets a Stratum 1 replicate the repository. */
const REPLICA_FILE = '.cvmfs_master_replica';

/** What leads CernVM-FS clients to a revision. */
export interface Pointers {
  readonly manifest: ReadManifest;
  /** In the order in which they must be written. */
  readonly files: readonly RepositoryFile[];
}

export interface PointerContext {
  readonly name: string;
  /** Public, PEM; without it the whitelist is taken as it is. */
  readonly masterKey: string | undefined;
  readonly now: Date;
}

/**
 * Reads and checks a repository's CernVM-FS pointers as a client does; undefined for a repository that has none.
 * @throws DepotError `bad-signature`, `expired` and the like
 */
export async function readPointers(
  source: Source,
  { name, masterKey, now }: PointerContext,
): Promise<Pointers | undefined> {
  const manifestBytes = await source.read(MANIFEST_FILE, MAX_MANIFEST_BYTES).catch(unlessMissing);
  if (manifestBytes === undefined) return undefined;
  const manifestPlace = `${source.location}/${MANIFEST_FILE}`;
  const manifest = parseManifest(manifestBytes, manifestPlace);
  const certificate = (await readObject(source, manifest.certificate, 'X')).toString('utf8');
  checkManifest(manifest, name, certificate, manifestPlace);
  const whitelistBytes = await source.read(WHITELIST_FILE, MAX_WHITELIST_BYTES);
  const whitelistPlace = `${source.location}/${WHITELIST_FILE}`;
  const whitelist = parseWhitelist(whitelistBytes, whitelistPlace);
  if (masterKey !== undefined) {
    checkWhitelist(whitelist, { name, certificate, masterKey, now }, whitelistPlace);
  }
  return {
    manifest,
    files: [
      { path: REPLICA_FILE, bytes: Buffer.alloc(0) },
      { path: WHITELIST_FILE, bytes: whitelistBytes },
      { path: MANIFEST_FILE, bytes: manifestBytes },
    ],
  };
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof DepotError && error.code === 'not-found') return;
  throw error;
}
