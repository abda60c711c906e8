import { lstat, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isLayerId, type LayerId, tree } from '../format/index.js';
import { exists } from './exists.js';
import { type FoundLease, readLeases } from './lease.js';
import { mtimeOf } from './mtime-of.js';
import { nodeFiles } from './node-files.js';

/** A layer of a node's cache, or one that is being fetched into it. */
export interface CachedLayer {
  /** Folder below which it stands. */
  readonly root: string;
  readonly id: LayerId;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly lastUsed: number;
  /** Living leases of it. */
  readonly holders: readonly FoundLease[];
  /** Whether a process has its lock: fetches it, for instance. */
  readonly isLocked: boolean;
}

/** What a cache holds, or is about to. @throws system errors where it cannot be read */
export async function takeInventory(roots: readonly string[], now: number): Promise<CachedLayer[]> {
  const layers: CachedLayer[] = [];
  for (const root of roots) {
    const leases = (await readLeases(root, now)).filter(({ isAlive }) => isAlive);
    const locked = (await namesIn(join(root, nodeFiles.locks))).filter(isLayerId);
    const whole = (await namesIn(join(root, tree.layers))).filter(isLayerId);
    for (const id of new Set([...whole, ...locked])) {
      const size = await readSize(root, id);
      if (size === undefined && !whole.includes(id)) continue;
      const { bytes, lastUsed } = size ?? (await measureLayer(root, id));
      const holders = leases.filter((lease) => lease.layers.includes(id));
      layers.push({ root, id, bytes, lastUsed, holders, isLocked: locked.includes(id) });
    }
  }
  return layers;
}

/** Notes how large a layer is, or will be once it is fetched, and that it is used just now. */
export async function noteSize(root: string, id: LayerId, bytes: number): Promise<void> {
  const file = join(root, nodeFiles.size(id));
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  await writeFile(file, `${bytes}\n`, { mode: 0o644 });
}

/** Notes that layers were in use at a time, in milliseconds since the epoch; what was noted later stands. */
export async function noteUse(root: string, layers: readonly LayerId[], at: number): Promise<void> {
  for (const id of layers) {
    const file = join(root, nodeFiles.size(id));
    if ((await mtimeOf(file)) < at) await utimes(file, at / 1000, at / 1000);
  }
}

export async function forgetSize(root: string, id: LayerId): Promise<void> {
  await rm(join(root, nodeFiles.size(id)), { force: true });
}

async function readSize(
  root: string,
  id: LayerId,
): Promise<Pick<CachedLayer, 'bytes' | 'lastUsed'> | undefined> {
  const file = join(root, nodeFiles.size(id));
  if (!(await exists(file))) return undefined;
  const text = await readFile(file, 'utf8');
  if (!/^\d+\n$/.test(text)) return undefined;
  return { bytes: Number(text), lastUsed: (await lstat(file)).mtimeMs };
}

/** For a layer that nothing is noted of: when it came here counts as its last use. */
async function measureLayer(root: string, id: LayerId): Promise<Pick<CachedLayer, 'bytes' | 'lastUsed'>> {
  const directory = join(root, tree.layer(id));
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  }
  return { bytes, lastUsed: (await lstat(directory)).ctimeMs };
}

export async function namesIn(directory: string): Promise<string[]> {
  return (await exists(directory)) ? readdir(directory) : [];
}
