import type { CachedLayer } from './inventory.js';

export interface Eviction {
  /** Least recently used first. */
  readonly evicted: readonly CachedLayer[];
  /** Bytes by which the cache stays over its quota, for the rest is in use. */
  readonly excess: number;
}

/**
 * Which layers go, so that what stays and `needed` bytes more fit into the quota: those that nobody uses, the one that
 * has not been used for longest first.
 * @param quota bytes
 */
export function planEviction(layers: readonly CachedLayer[], quota: number, needed = 0): Eviction {
  let excess = layers.reduce((sum, { bytes }) => sum + bytes, needed) - quota;
  const evicted: CachedLayer[] = [];
  const free = layers.filter(({ holders, isLocked }) => holders.length === 0 && !isLocked);
  for (const layer of free.sort((a, b) => a.lastUsed - b.lastUsed)) {
    if (excess <= 0) break;
    evicted.push(layer);
    excess -= layer.bytes;
  }
  return { evicted, excess: Math.max(0, excess) };
}
