import {
  type LayerId,
  type ObjectHash,
  type StoredEntry,
  type StoredListing,
  tree,
} from '@depotcast/hydrator/format';
import { type Catalog, makeCatalog, type NestedCatalog } from './catalog.js';
import { type CatalogEntry, markerOf } from './catalog-entry.js';
import { below, type CatalogPath, parentOf } from './catalog-path.js';
import { type Counters, sumCounters } from './counters.js';
import { splitTree } from './split-tree.js';

/** Entries; CernVM-FS' own tools warn about a catalog that holds more. */
export const MAX_ENTRIES = 200_000;

/** A catalog's place in the catalog above, with all that it counts. */
export interface MountedCatalog extends NestedCatalog {
  readonly total: Counters;
}

/** Compresses and keeps a catalog. */
export type StoreCatalog = (bytes: Uint8Array) => Promise<ObjectHash>;

/** Where a layer's own catalog is mounted. */
export function layerRoot(id: LayerId): CatalogPath {
  return below('', tree.layer(id));
}

/**
 * Makes the catalogs of a layer and stores each before the one that refers to it. They depend on the layer alone, so that
 * every revision that has the layer has these very catalogs.
 * @returns the layer's own catalog, to be mounted in the root catalog
 */
export async function storeLayerCatalogs(
  id: LayerId,
  listing: StoredListing,
  store: StoreCatalog,
  limit = MAX_ENTRIES,
): Promise<MountedCatalog> {
  const root = layerRoot(id);
  const entries = listing.map((entry) => entryBelow(root, entry));
  const roots = splitTree(root, entries, limit);
  const parts = partition(entries, roots);
  const mounted: MountedCatalog[] = [];
  for (const path of roots) {
    const part = parts.get(path) ?? [];
    const inside = mounted.filter((catalog) => part.some((entry) => entry.path === catalog.path));
    const catalog = await makePart(path, part, inside);
    mounted.push({
      ...{ path, hash: await store(catalog.bytes), size: catalog.bytes.length },
      ...{ subdirectories: catalog.subdirectories, total: catalog.total },
    });
  }
  const [own] = mounted.slice(-1);
  if (own === undefined) throw new Error(`layer ${id} has no catalog`);
  return own;
}

async function makePart(
  root: CatalogPath,
  part: readonly CatalogEntry[],
  nested: readonly MountedCatalog[],
): Promise<Catalog> {
  const marker = markerOf(root);
  return makeCatalog({
    root,
    entries: part.some(({ path }) => path === marker.path) ? part : [marker, ...part],
    nested,
    subtree: sumCounters(nested.map(({ total }) => total)),
    // Fixed, not of the revision that happens to publish the layer first.
    properties: { root_prefix: root, revision: '1', last_modified: '1' },
  });
}

/** Entries by the catalog that lists them: a catalog's root directory belongs to the catalog above as well. */
function partition(
  entries: readonly CatalogEntry[],
  roots: readonly CatalogPath[],
): Map<CatalogPath, CatalogEntry[]> {
  const parts = new Map<CatalogPath, CatalogEntry[]>(roots.map((root) => [root, []]));
  const owners = new Map<CatalogPath, CatalogPath>(roots.map((root) => [root, root]));
  for (const entry of entries) {
    const parent = parentOf(entry.path);
    const owner = owners.get(parent) ?? parent;
    parts.get(owner)?.push(entry);
    if (entry.type === 'directory' && !parts.has(entry.path)) owners.set(entry.path, owner);
  }
  return parts;
}

function entryBelow(root: CatalogPath, entry: StoredEntry): CatalogEntry {
  const path = below(root, entry.path);
  switch (entry.type) {
    case 'directory':
      return { type: 'directory', path };
    case 'symlink':
      return { type: 'symlink', path, target: entry.target };
    case 'file':
      return { type: 'file', path, executable: entry.executable, size: entry.size, content: entry.content };
  }
}
