import type { KeyObject } from 'node:crypto';
import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import {
  createNamespaceKeys,
  readMasterKey,
  readRepositoryKey,
  type RepositoryKey,
} from './namespace-keys.js';
import { type PreviousRevision, readPrevious } from './previous-revision.js';
import { readIfPresent } from '../trust/metadata-file.js';
import { MANIFEST_FILE } from './read/manifest.js';
import { WHITELIST_FILE } from './read/whitelist.js';

/** The CernVM-FS side of a repository, ready to be written. */
export interface OpenNamespace {
  readonly key: RepositoryKey;
  /** Undefined where it is kept elsewhere. */
  readonly master: KeyObject | undefined;
  readonly hasWhitelist: boolean;
  readonly previous: PreviousRevision | undefined;
}

/**
 * Opens the CernVM-FS side of a repository. One that has none yet, new or from an interrupted `init`, gets its keys here.
 * @param keys directory of the keys
 * @throws DepotError `not-found` or `usage` for keys that are missing or open to others; `bad-signature` and the like for
 * a manifest in force that the key did not sign
 */
export async function openNamespace(
  source: Source,
  name: string,
  keys: string,
  now: Date,
): Promise<OpenNamespace> {
  const hasWhitelist = (await readIfPresent(source, WHITELIST_FILE)) !== undefined;
  if (!hasWhitelist) await createNamespaceKeys(keys, name, now);
  const key = await readRepositoryKey(keys, name);
  return {
    key,
    master: await readMasterKey(keys, name),
    hasWhitelist,
    previous: await readPreviousOrAdvise(source, name, key),
  };
}

async function readPreviousOrAdvise(
  source: Source,
  name: string,
  { certificate }: RepositoryKey,
): Promise<PreviousRevision | undefined> {
  try {
    return await readPrevious(source, name, certificate);
  } catch (cause) {
    if (!(cause instanceof DepotError)) throw cause;
    throw new DepotError(cause.code, cause.message, {
      cause,
      hint: `restore the file from a mirror; or remove ${MANIFEST_FILE}, and it is made anew, without earlier tags`,
    });
  }
}
