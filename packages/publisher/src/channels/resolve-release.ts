import { DepotError, type ReleaseId } from '@depotcast/hydrator/format';

export interface NamedRelease {
  readonly id: ReleaseId;
  readonly name: string;
}

/** Hex digits; shorter beginnings of a hash are refused, for they stop being unique too soon. */
const MIN_PREFIX = 4;

/**
 * The release whose hash is, or begins with, `prefix`.
 * @throws DepotError `usage` for a text that is no beginning of a hash or of several; `not-found` for none; both list
 * the candidates
 */
export function resolveRelease(prefix: string, candidates: readonly NamedRelease[]): NamedRelease {
  const wanted = prefix.toLowerCase();
  if (!/^[0-9a-f]+$/.test(wanted) || wanted.length < MIN_PREFIX) {
    throw new DepotError(
      'usage',
      `expected a release hash, or at least its first ${MIN_PREFIX} hex digits, got '${prefix}'`,
      hintOf(candidates),
    );
  }
  const matches = distinct(candidates).filter(({ id }) => id.startsWith(wanted));
  const [match] = matches;
  if (match === undefined) {
    throw new DepotError('not-found', `no release begins with '${prefix}'`, hintOf(candidates));
  }
  if (matches.length === 1) return match;
  throw new DepotError('usage', `${matches.length} releases begin with '${prefix}'`, hintOf(matches));
}

function hintOf(candidates: readonly NamedRelease[]): { hint: string } {
  const names = distinct(candidates).map(({ id, name }) => `${id.slice(0, 12)} (${name})`);
  return { hint: names.length === 0 ? 'there are no releases yet' : `releases here: ${names.join(', ')}` };
}

function distinct(candidates: readonly NamedRelease[]): NamedRelease[] {
  return [...new Map(candidates.map((candidate) => [candidate.id, candidate])).values()];
}
