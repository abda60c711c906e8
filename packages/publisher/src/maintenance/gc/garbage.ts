import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '@depotcast/hydrator/format';
import { walkFiles } from '../../files/walk.js';
import { classifyFile } from '../verify-files.js';
import type { Reached } from './reached.js';

export interface FoundFile {
  readonly path: string;
  readonly bytes: number;
}

/** What may be collected, and in which order: what refers to others goes before them, so that no half of it is left. */
const ORDER = ['metadata', 'target', 'listing', 'catalog', 'object'] as const;

/**
 * Sorts a repository's files into those that stay and those that nothing reaches. Files that are younger than `before`
 * stay, and so do all that are not ours, pointers, and root metadata, through which every reader must be able to go.
 */
export async function findGarbage(
  directory: string,
  reached: Reached,
  before: Date,
): Promise<{ readonly kept: FoundFile[]; readonly garbage: FoundFile[] }> {
  const kept: FoundFile[] = [];
  const garbage: (FoundFile & { readonly mtimeMs: number })[] = [];
  for (const start of [repository.data, repository.targets]) {
    for await (const path of walkFiles(directory, start)) {
      if (path.startsWith(`${repository.quarantine}/`)) continue;
      const { size: bytes, mtimeMs } = await stat(join(directory, path));
      const isGarbage = isCollectable(path) && !reached.has(path) && mtimeMs <= before.getTime();
      if (isGarbage) garbage.push({ path, bytes, mtimeMs });
      else kept.push({ path, bytes });
    }
  }
  // Of two catalogs the one that mounts the other is the newer one.
  garbage.sort((a, b) => byDependence(a.path, b.path) || b.mtimeMs - a.mtimeMs);
  return { kept, garbage };
}

/** The same files in groups, to be taken one after the other. */
export function byKind(garbage: readonly FoundFile[]): FoundFile[][] {
  return ORDER.map((_, place) => garbage.filter(({ path }) => placeOf(path) === place));
}

/** Compares two paths: what refers to others comes first. */
export function byDependence(a: string, b: string): number {
  return placeOf(a) - placeOf(b);
}

function placeOf(path: string): number {
  return ORDER.findIndex((kind) => kind === classifyFile(path).kind);
}

function isCollectable(path: string): boolean {
  const file = classifyFile(path);
  if (file.kind !== 'metadata') return ORDER.some((kind) => kind === file.kind);
  return /\/\d+\.(?:targets|snapshot)\.json$/.test(path);
}
