import type { CatalogEntry } from './catalog-entry.js';
import { type CatalogPath, parentOf } from './catalog-path.js';

/**
 * Chooses the directories of a tree that get a catalog of their own, so that no catalog has more than `limit` entries:
 * from the deepest up, of a directory that holds too much the largest subdirectories are split off. Only a single
 * directory with more files than that is left as it is, for it cannot be split.
 * @param entries parents before children
 * @returns the roots of all catalogs, `root` last, each after those below it
 */
export function splitTree(
  root: CatalogPath,
  entries: readonly CatalogEntry[],
  limit: number,
): readonly CatalogPath[] {
  const roots: CatalogPath[] = [];
  const weights = new Map<CatalogPath, number>();
  const children = new Map<CatalogPath, CatalogPath[]>([[root, []]]);
  const weightOf = (path: CatalogPath): number => weights.get(path) ?? 1;
  for (const { type, path } of entries) {
    const parent = parentOf(path);
    if (type !== 'directory') weights.set(parent, weightOf(parent) + 1);
    else {
      children.get(parent)?.push(path);
      children.set(path, []);
    }
  }
  for (const [path, inside] of [...children].reverse()) {
    let weight = weightOf(path) + inside.reduce((sum, child) => sum + weightOf(child), 0);
    for (const child of inside.toSorted((a, b) => weightOf(b) - weightOf(a))) {
      if (weight <= limit) break;
      // The directory itself stays, as the place where its catalog is mounted.
      weight -= weightOf(child) - 1;
      weights.set(child, 1);
      roots.push(child);
    }
    weights.set(path, weight);
  }
  return [...roots, root];
}
