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
import { type ReadWhitelist, readWhitelist } from './read/whitelist.js';

/** The CernVM-FS side of a repository, ready to be written. */
export interface OpenNamespace {
  readonly key: RepositoryKey;
  /** Undefined where it is kept elsewhere. */
  readonly master: KeyObject | undefined;
  /** Undefined before the first. */
  readonly whitelist: ReadWhitelist | undefined;
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
  const whitelist = await readWhitelist(source).catch(unlessMissing);
  if (whitelist === undefined) await createNamespaceKeys(keys, name, now);
  const key = await readRepositoryKey(keys, name);
  return {
    key,
    master: await readMasterKey(keys, name),
    whitelist,
    previous: await readPrevious(source, name, key.certificate),
  };
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof DepotError && error.code === 'not-found') return;
  throw error;
}
