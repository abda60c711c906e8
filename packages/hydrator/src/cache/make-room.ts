import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DepotError, type LayerId, tree } from '../format/index.js';
import { findOrMake } from '../lock/find-or-make.js';
import { exists } from './exists.js';
import { type CachedLayer, noteSize, takeInventory } from './inventory.js';
import { nodeFiles } from './node-files.js';
import { planEviction } from './plan-eviction.js';
import { removeLayer } from './remove-layer.js';
import { renderBytes } from './size.js';

/** A layer that is about to be fetched. */
export interface Newcomer {
  readonly root: string;
  readonly id: LayerId;
  readonly bytes: number;
}

/** The folders that share a quota: that of each repository in a cache, or a single one that holds layers itself. */
export async function rootsOf(cache: string): Promise<string[]> {
  if (!(await exists(cache))) return [];
  const names = (await readdir(cache)).filter((name) => /^[0-9a-f]{32}$/.test(name));
  const roots = [cache, ...names.sort().map((name) => join(cache, name))];
  const holds = await Promise.all(roots.map((root) => exists(join(root, tree.layers))));
  return roots.filter((_, index) => holds[index]);
}

/**
 * Removes what is not in use and has not been for longest, until the newcomer fits into the quota; its place counts as
 * taken from then on.
 * @returns the layers that went
 * @throws DepotError `storage` when all that could go does not suffice
 */
export async function makeRoom(
  cache: string,
  newcomer: Newcomer,
  quota: number,
  now: number,
): Promise<CachedLayer[]> {
  return alone(cache, async () => {
    const evicted = await evict(cache, quota, now, newcomer);
    await noteSize(newcomer.root, newcomer.id, newcomer.bytes);
    return evicted;
  });
}

/** Removes what is not in use, least recently used first, until the cache is within its quota or only the rest is left. */
export async function shrink(cache: string, quota: number, now: number): Promise<CachedLayer[]> {
  return alone(cache, () => evict(cache, quota, now));
}

async function evict(cache: string, quota: number, now: number, newcomer?: Newcomer): Promise<CachedLayer[]> {
  const gone: CachedLayer[] = [];
  // A layer that someone begins to use just now stays, and the next one goes instead.
  for (;;) {
    const layers = (await takeInventory(await rootsOf(cache), now)).filter(
      ({ root, id }) => !(root === newcomer?.root && id === newcomer.id),
    );
    const { evicted, excess } = planEviction(layers, quota, newcomer?.bytes);
    if (excess > 0 && newcomer !== undefined) throw tooFull(cache, layers, newcomer, quota);
    let isDone = true;
    for (const layer of evicted) {
      if (await removeLayer(layer.root, layer.id, now)) gone.push(layer);
      else isDone = false;
    }
    if (isDone) return gone;
  }
}

async function alone<T>(cache: string, action: () => Promise<T>): Promise<T> {
  const lock = join(cache, nodeFiles.roomLock);
  await mkdir(dirname(lock), { recursive: true, mode: 0o755 });
  return findOrMake<T>(lock, () => Promise.resolve(undefined), action);
}

function tooFull(
  cache: string,
  layers: readonly CachedLayer[],
  { id, bytes }: Newcomer,
  quota: number,
): DepotError {
  const used = layers.filter(({ holders, isLocked }) => holders.length > 0 || isLocked);
  const size = used.reduce((sum, layer) => sum + layer.bytes, 0);
  return new DepotError(
    'storage',
    `${cache}: ${id} needs ${renderBytes(bytes)}, but of the quota of ${renderBytes(quota)} running jobs use ${renderBytes(size)}`,
    { hint: "raise the quota, or wait until some of them end; 'depot-hydrate gc --json' names them" },
  );
}
