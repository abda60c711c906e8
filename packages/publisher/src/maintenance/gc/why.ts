import { DepotError, repository } from '@depotcast/hydrator/format';
import { walkFiles } from '../../files/walk.js';
import type { OpenRepository } from '../../repository/open-repository.js';
import { markAll } from './mark.js';
import { nameOf } from './mark-trust.js';
import { readNamespaceRoots } from './namespace-roots.js';
import { type Chain, namePattern, Reached } from './reached.js';

/** Why something is kept. */
export interface Explanation {
  readonly wanted: string;
  /** Every way from a root to it; none for what nothing needs. */
  readonly chains: readonly Chain[];
  /** Files that carry its name, those in quarantine included. */
  readonly files: readonly string[];
}

/** Hex digits; less would match half of a repository. */
const MIN_DIGITS = 4;

/**
 * Says which roots keep an object, listing, layer, release or history.
 * @param wanted a hash, a layer id, or the beginning of one
 * @throws DepotError `usage` for a text that is none; `not-found` where nothing has that name
 */
export async function explain(opened: OpenRepository, wanted: string, since: Date): Promise<Explanation> {
  if (!new RegExp(`^(?:[a-z]+-)?[0-9a-f]{${MIN_DIGITS},}$`).test(wanted)) {
    throw new DepotError(
      'usage',
      `expected a hash, a layer id, or at least ${MIN_DIGITS} hex digits, got '${wanted}'`,
    );
  }
  const reached = new Reached(wanted);
  await markAll(opened, await readNamespaceRoots(opened.trusted.source), reached, since);
  const files = await filesNamed(opened.directory, wanted);
  if (reached.chains.length > 0 || files.length > 0) return { wanted, chains: reached.chains, files };
  throw new DepotError('not-found', `${opened.directory}: nothing here is named '${wanted}'`);
}

async function filesNamed(directory: string, wanted: string): Promise<string[]> {
  const pattern = namePattern(wanted);
  const files: string[] = [];
  for (const start of [repository.data, repository.targets]) {
    for await (const path of walkFiles(directory, start)) {
      const data = path.lastIndexOf(`${repository.data}/`);
      if (pattern.test(data === -1 ? path : nameOf(path.slice(data)))) files.push(path);
    }
  }
  return files;
}
