import type { Reference } from '../../cvmfs/write/reflog.js';

/**
 * The references that stay: those of `kept` objects, and those of revisions that were in force after `since`.
 * @param references oldest first
 * @param since seconds since the epoch
 */
export function trimReferences<T extends Reference>(
  references: readonly T[],
  kept: ReadonlySet<string>,
  since: number,
): T[] {
  return references.filter((reference, index) => {
    const successor = references.slice(index + 1).find(({ kind }) => kind === reference.kind);
    return kept.has(reference.hash) || successor === undefined || successor.time > since;
  });
}
