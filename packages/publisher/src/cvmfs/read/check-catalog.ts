import type { AnyHash, ObjectKind } from './any-hash.js';
import type { ReadCatalog } from './catalog.js';
import type { ReadEntry } from './catalog-entry.js';
import { checkEntry } from './check-entry.js';
import { checkProperties, countEntries } from './check-parts.js';
import { keyOfPath } from './path-key.js';

/** An entry with its place, found by walking down from the catalog's root. */
export interface PlacedEntry extends ReadEntry {
  /** Absolute within the repository; the root is the empty string. */
  readonly path: string;
}

export interface CheckedCatalog {
  readonly entries: readonly PlacedEntry[];
  /** Counters of this catalog alone, recounted. */
  readonly self: ReadonlyMap<string, number>;
  readonly problems: readonly string[];
}

export interface ObjectReference {
  readonly hash: AnyHash;
  readonly kind: ObjectKind;
}

/**
 * Checks one catalog by itself: that its entries form one tree below its root, each well-formed, with links, chunks and
 * counters that agree.
 * @param root where it is mounted
 */
export function checkCatalog(catalog: ReadCatalog, root: string): CheckedCatalog {
  const { placed, problems } = placeEntries(catalog.entries, root);
  problems.push(...checkProperties(catalog.properties, root));
  const subdirectories = new Map<string, number>();
  for (const { type, path } of placed) {
    if (type !== 'directory' || path === root) continue;
    const parent = path.slice(0, path.lastIndexOf('/'));
    subdirectories.set(parent, (subdirectories.get(parent) ?? 0) + 1);
  }
  for (const entry of placed) {
    for (const problem of checkEntry(entry, root, subdirectories.get(entry.path) ?? 0)) {
      problems.push(`${entry.path === '' ? '/' : entry.path}: ${problem}`);
    }
  }
  problems.push(...checkMountpoints(placed, catalog));
  const self = countEntries(placed, catalog.nested.length);
  for (const [name, value] of self) {
    const stored = catalog.statistics.get(`self_${name}`);
    if (stored !== value) problems.push(`counter self_${name}: expected ${value}, got ${stored ?? 'none'}`);
  }
  return { entries: placed, self, problems };
}

/** Walks down by parents; what cannot be reached, or is not where its own key says, is reported. */
function placeEntries(
  entries: readonly ReadEntry[],
  root: string,
): { readonly placed: PlacedEntry[]; readonly problems: string[] } {
  const problems: string[] = [];
  const children = new Map<string, ReadEntry[]>();
  for (const entry of entries) {
    const siblings = children.get(entry.parentKey);
    if (siblings === undefined) children.set(entry.parentKey, [entry]);
    else siblings.push(entry);
  }
  const top = entries.find(({ key }) => key === keyOfPath(root));
  if (top === undefined) return { placed: [], problems: ['no entry for its own root'] };
  const placed: PlacedEntry[] = [{ ...top, path: root }];
  for (const parent of placed) {
    if (parent.type !== 'directory') continue;
    for (const child of children.get(parent.key) ?? []) {
      // The root's own parent is above this catalog, except that the repository's root has none at all.
      if (child === top) continue;
      const path = `${parent.path}/${child.name}`;
      if (keyOfPath(path) === child.key) placed.push({ ...child, path });
      else problems.push(`${path}: its key is another path's`);
    }
  }
  const lost = entries.length - placed.length;
  if (lost !== 0) problems.push(`${lost} entries hang below no directory of the catalog`);
  return { placed, problems };
}

function checkMountpoints(entries: readonly PlacedEntry[], { nested }: ReadCatalog): string[] {
  const mounted = new Set(entries.filter(({ role }) => role === 'mountpoint').map(({ path }) => path));
  const listed = new Set(nested.map(({ path }) => path));
  return [
    ...[...mounted].filter((path) => !listed.has(path)).map((path) => `${path}: its catalog is not listed`),
    ...[...listed]
      .filter((path) => !mounted.has(path))
      .map((path) => `${path}: no directory for its catalog`),
    ...entries
      .filter(({ path }) => mounted.has(path.slice(0, path.lastIndexOf('/'))))
      .map(({ path }) => `${path}: stands where a nested catalog is mounted`),
  ];
}
