import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type LayerId, tree } from '../format/index.js';
import { takeLock } from '../lock/lock-file.js';
import { exists } from './exists.js';
import { forgetSize } from './inventory.js';
import { readLeases } from './lease.js';
import { leftoversOf } from './leftovers.js';
import { partialFor } from './materialise.js';
import { nodeFiles } from './node-files.js';

/**
 * Removes a layer that nobody uses. Who wants it takes a lease before looking whether it is there behind no lock; this
 * takes the lock before looking for leases: one of the two sees the other.
 * @returns whether it is gone; not while someone uses it or has its lock
 */
export async function removeLayer(root: string, id: LayerId, now: number): Promise<boolean> {
  return underLock(root, id, async () => {
    const leases = await readLeases(root, now);
    if (leases.some((lease) => lease.isAlive && lease.layers.includes(id))) return false;
    await forgetSize(root, id);
    await discardLayer(root, id);
    return true;
  });
}

/** Removes a layer and what was left of it earlier; what is removed by half is never taken for whole. */
export async function discardLayer(root: string, id: LayerId): Promise<void> {
  const final = join(root, tree.layer(id));
  if (await exists(final)) await rename(final, partialFor(final, id));
  await (await leftoversOf(dirname(final), id)).remove();
}

/** Removes what an interrupted fetch has left of a layer. @returns whether there is none any more */
export async function removeLeftovers(root: string, id: LayerId): Promise<boolean> {
  return underLock(root, id, async () => {
    await (await leftoversOf(join(root, tree.layers), id)).remove();
    return true;
  });
}

async function underLock(root: string, id: LayerId, action: () => Promise<boolean>): Promise<boolean> {
  const lock = await takeLock(join(root, nodeFiles.lock(id)));
  if (!('release' in lock)) return false;
  try {
    return await action();
  } finally {
    await lock.release();
  }
}
