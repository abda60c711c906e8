import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isLayerId, type LayerId, tree } from '../format/index.js';
import { takeLock, TEMPORARY } from '../lock/lock-file.js';
import { forgetSize, namesIn, noteUse } from './inventory.js';
import { readLeases } from './lease.js';
import { mtimeOf } from './mtime-of.js';
import { layerOfUnfinished, nodeFiles } from './node-files.js';
import { removeLeftovers } from './remove-layer.js';

/** Milliseconds after which a lock that was never made is nobody's. */
const FORGOTTEN = 3600 * 1000;

/** What processes that have ended left behind. */
export interface Swept {
  /** Layers that they had begun to fetch. */
  readonly unfinished: readonly LayerId[];
  readonly locks: number;
  readonly leases: number;
}

/**
 * Removes what processes that have ended left below `root`, and notes for its leases when their layers were last used.
 * @param kept layers of which nothing is removed: a fetch that follows goes on from it
 */
export async function sweep(root: string, now: number, kept: readonly LayerId[] = []): Promise<Swept> {
  const ids = (await namesIn(join(root, tree.layers))).flatMap((name) => layerOfUnfinished(name) ?? []);
  const unfinished: LayerId[] = [];
  for (const id of new Set(ids)) {
    if (!kept.includes(id) && (await removeLeftovers(root, id))) unfinished.push(id);
  }
  const [locks, leases] = [await sweepLocks(root, now, kept), await sweepLeases(root, now)];
  await sweepSizes(root);
  return { unfinished, locks, leases };
}

async function sweepLocks(root: string, now: number, kept: readonly LayerId[]): Promise<number> {
  let swept = 0;
  for (const name of await namesIn(join(root, nodeFiles.locks))) {
    const file = join(root, nodeFiles.locks, name);
    if (isLayerId(name) && kept.includes(name)) continue;
    if (name.startsWith(TEMPORARY)) {
      if (now - (await mtimeOf(file)) < FORGOTTEN) continue;
      await rm(file, { force: true });
    } else {
      // A lock whose holder has ended can be taken.
      const lock = await takeLock(file);
      if (!('release' in lock)) continue;
      await lock.release();
    }
    swept += 1;
  }
  return swept;
}

async function sweepLeases(root: string, now: number): Promise<number> {
  const dead = (await readLeases(root, now)).filter(({ isAlive }) => !isAlive);
  for (const { file, layers, at } of dead) {
    await noteUse(root, layers, Math.min(at, now));
    await rm(file, { force: true });
  }
  return dead.length;
}

/** Of layers that are neither here nor being fetched. Locks are looked at last: who fetches has one before and after. */
async function sweepSizes(root: string): Promise<void> {
  const sizes = (await namesIn(join(root, nodeFiles.sizes))).filter(isLayerId);
  const whole = await namesIn(join(root, tree.layers));
  const locked = await namesIn(join(root, nodeFiles.locks));
  for (const id of sizes) if (!whole.includes(id) && !locked.includes(id)) await forgetSize(root, id);
}
