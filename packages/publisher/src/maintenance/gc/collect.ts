import type { RepositoryKey } from '../../cvmfs/namespace-keys.js';
import type { DurableWriter } from '../../files/durable-writer.js';
import type { OpenRepository } from '../../repository/open-repository.js';
import { byKind, findGarbage } from './garbage.js';
import { markAll } from './mark.js';
import { readNamespaceRoots, trimRoots } from './namespace-roots.js';
import { type Amount, batchPath, deleteBatches, restore, sumOf } from './quarantine.js';
import { Reached } from './reached.js';
import { writeReflog } from './write-reflog.js';

export interface CollectRequest {
  /** Days for which nothing is touched that was new, or needed by readers, and quarantine lasts. */
  readonly graceDays: number;
  readonly now: Date;
  readonly isDry: boolean;
  /** Undefined for a mirror: its reference log is the original's, and stays as it is. */
  readonly key: RepositoryKey | undefined;
}

export interface CollectReport {
  readonly kept: Amount;
  /** Taken out of use now. */
  readonly quarantined: Amount;
  /** Put back into use: needed, but not in place. */
  readonly restored: readonly string[];
  /** Deleted for good: collected before the grace period. */
  readonly deleted: Amount;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Collects what nothing needs, in two phases: it is moved into quarantine, and deleted by a later collection. Whatever
 * interrupts it, all that is needed stays in its place. Only for the holder of the lock.
 * @throws DepotError for whatever is needed and cannot be read; nothing has been touched then
 */
export async function collect(
  opened: OpenRepository,
  { graceDays, now, isDry, key }: CollectRequest,
  writer: DurableWriter,
): Promise<CollectReport> {
  const before = new Date(now.getTime() - graceDays * DAY);
  const { directory, trusted } = opened;
  const current = await readNamespaceRoots(trusted.source);
  const roots = key === undefined ? current : trimRoots(current, before);
  const reached = new Reached();
  await markAll(opened, roots, reached, before);
  const { kept, garbage } = await findGarbage(directory, reached, before);
  if (isDry) {
    const deleted = await deleteBatches(directory, before, true);
    return { kept: sumOf(kept), quarantined: sumOf(garbage), restored: [], deleted };
  }
  if (key !== undefined) await writeReflog(roots, key, writer);
  const restored = await restore(writer, (path) => reached.has(path));
  const deleted = await deleteBatches(directory, before, false);
  const batch = batchPath(now);
  for (const files of byKind(garbage)) {
    for (const { path } of files) await writer.move(path, `${batch}/${path}`);
    await writer.sync();
  }
  return { kept: sumOf(kept), quarantined: sumOf(garbage), restored, deleted };
}
