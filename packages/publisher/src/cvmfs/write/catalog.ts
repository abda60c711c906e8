import type { ObjectHash } from '@depotcast/hydrator/format';
import { writeDatabase } from '../database.js';
import type { CatalogEntry, CatalogFile } from './catalog-entry.js';
import { type CatalogPath, parentOf } from './catalog-path.js';
import { chunkRows, directoryRow, leafRow } from './catalog-rows.js';
import { CATALOG_INDEX, CATALOG_TABLES, CATALOG_VERSION } from './catalog-schema.js';
import { type Counters, statisticsRows, sumCounters } from './counters.js';
import { spell } from './hash-text.js';
import { insertAll, insertProperties } from './insert.js';

/** A catalog that has been stored, as the one above it refers to it. */
export interface NestedCatalog {
  readonly path: CatalogPath;
  readonly hash: ObjectHash;
  /** Bytes of the database, before compression. */
  readonly size: number;
  /** Directories right below its root. */
  readonly subdirectories: number;
}

export interface CatalogContent {
  /** Where the catalog is mounted. */
  readonly root: CatalogPath;
  /** All that is below the root, parents before children; of a nested catalog's directory no more than itself. */
  readonly entries: readonly CatalogEntry[];
  readonly nested: readonly NestedCatalog[];
  /** What the catalogs below this one count, all together. */
  readonly subtree: Counters;
  readonly properties: Readonly<Record<string, string>>;
}

export interface Catalog {
  /** The database. */
  readonly bytes: Buffer;
  /** What this catalog and those below it count. */
  readonly total: Counters;
  /** Directories right below its root. */
  readonly subdirectories: number;
}

/** Makes a catalog; equal contents give equal bytes. */
export async function makeCatalog(content: CatalogContent): Promise<Catalog> {
  const self = countSelf(content);
  const subdirectories = countSubdirectories(content.entries);
  const bytes = await writeDatabase((database) => {
    insertProperties(database, { ...CATALOG_VERSION, ...content.properties });
    database.exec(CATALOG_TABLES);
    insertAll(database, 'catalog', rowsOf(content, subdirectories));
    insertAll(database, 'chunks', chunkedOf(content).flatMap(chunkRows));
    const nested = content.nested.map(({ path, hash, size }) => [path, spell(hash), size]);
    insertAll(database, 'nested_catalogs', nested);
    insertAll(database, 'statistics', statisticsRows(self, content.subtree));
    database.exec(CATALOG_INDEX);
  });
  const total = sumCounters([self, content.subtree]);
  return { bytes, total, subdirectories: subdirectories.get(content.root) ?? 0 };
}

function* rowsOf(
  { root, entries, nested }: CatalogContent,
  subdirectories: ReadonlyMap<CatalogPath, number>,
) {
  const mountpoints = new Map(nested.map((catalog) => [catalog.path, catalog.subdirectories]));
  yield directoryRow(root, root === '' ? 'plain' : 'nested root', subdirectories.get(root) ?? 0);
  for (const entry of entries) {
    if (entry.type !== 'directory') {
      yield leafRow(entry);
      continue;
    }
    const mounted = mountpoints.get(entry.path);
    if (mounted === undefined) yield directoryRow(entry.path, 'plain', subdirectories.get(entry.path) ?? 0);
    else yield directoryRow(entry.path, 'mountpoint', mounted);
  }
}

function countSubdirectories(entries: readonly CatalogEntry[]): Map<CatalogPath, number> {
  const counts = new Map<CatalogPath, number>();
  for (const { type, path } of entries) {
    if (type !== 'directory') continue;
    const parent = parentOf(path);
    counts.set(parent, (counts.get(parent) ?? 0) + 1);
  }
  return counts;
}

function countSelf(content: CatalogContent): Counters {
  const count = (type: CatalogEntry['type']) => content.entries.filter((entry) => entry.type === type).length;
  const files = filesOf(content);
  const chunked = chunkedOf(content);
  const sizeOf = (some: readonly CatalogFile[]) => some.reduce((sum, { size }) => sum + size, 0);
  return sumCounters([
    {
      ...{ regular: files.length, symlink: count('symlink'), nested: content.nested.length },
      // The root itself is a directory of this catalog as well.
      dir: count('directory') + 1,
      chunked: chunked.length,
      chunks: chunked.reduce((sum, file) => sum + file.content.pieces.length, 0),
      file_size: sizeOf(files),
      chunked_size: sizeOf(chunked),
    },
  ]);
}

function filesOf({ entries }: CatalogContent): CatalogFile[] {
  return entries.filter((entry) => entry.type === 'file');
}

function chunkedOf(content: CatalogContent): CatalogFile[] {
  return filesOf(content).filter((file) => file.content.pieces.length > 1);
}
