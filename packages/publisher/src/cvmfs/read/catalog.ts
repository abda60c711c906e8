import * as v from 'valibot';
import { type Database, readDatabase } from '../database.js';
import { type AnyHash, parseHash } from './any-hash.js';
import type { ReadEntry } from './catalog-entry.js';
import {
  CATALOG_SQL,
  catalogRow,
  type ChunkRow,
  CHUNKS_SQL,
  chunkRow,
  keyFromColumns,
  toEntry,
} from './catalog-row.js';
import { column, selectRows } from './rows.js';

/** A catalog that another one refers to. */
export interface NestedRow {
  readonly path: string;
  readonly hash: AnyHash;
  /** Bytes of the database, before compression. */
  readonly size: number;
}

/** A catalog as its database has it; that its parts agree is still to be checked. */
export interface ReadCatalog {
  readonly properties: ReadonlyMap<string, string>;
  readonly entries: readonly ReadEntry[];
  readonly nested: readonly NestedRow[];
  /** Counters by name, such as `self_regular` and `subtree_regular`. */
  readonly statistics: ReadonlyMap<string, number>;
}

const property = v.object({ key: column.text, value: column.text });
const counter = v.object({ counter: column.text, value: column.number });
const nestedRow = v.object({ path: column.text, sha1: column.text, size: column.number });

/** @throws DepotError `bad-format` */
export async function readCatalog(bytes: Uint8Array, where: string): Promise<ReadCatalog> {
  return readDatabase(bytes, where, (database) => ({
    ...readSummary(database, where),
    entries: readEntries(database, where),
  }));
}

/** The same without the entries, which may be many. */
export async function readCatalogSummary(
  bytes: Uint8Array,
  where: string,
): Promise<Omit<ReadCatalog, 'entries'>> {
  return readDatabase(bytes, where, (database) => readSummary(database, where));
}

function readSummary(database: Database, where: string): Omit<ReadCatalog, 'entries'> {
  const select = <T>(sql: string, schema: v.GenericSchema<unknown, T>) => [
    ...selectRows(database, sql, schema, where),
  ];
  const properties = select('SELECT key, CAST(value AS TEXT) AS value FROM properties', property);
  const nested = select('SELECT path, sha1, size FROM nested_catalogs ORDER BY path', nestedRow);
  const statistics = select('SELECT counter, value FROM statistics', counter);
  return {
    properties: new Map(properties.map(({ key, value }) => [key, value])),
    nested: nested.map(({ path, sha1, size }) => ({
      path,
      hash: parseHash(sha1, `${where}: ${path}`),
      size,
    })),
    statistics: new Map(statistics.map(({ counter, value }) => [counter, value])),
  };
}

function readEntries(database: Database, where: string): ReadEntry[] {
  const chunks = new Map<string, ChunkRow[]>();
  for (const row of selectRows(database, CHUNKS_SQL, chunkRow, where)) {
    const key = keyFromColumns(row.md5path_1, row.md5path_2);
    const known = chunks.get(key);
    if (known === undefined) chunks.set(key, [row]);
    else known.push(row);
  }
  const entries: ReadEntry[] = [];
  for (const row of selectRows(database, CATALOG_SQL, catalogRow, where)) {
    entries.push(toEntry(row, chunks.get(keyFromColumns(row.md5path_1, row.md5path_2)) ?? []));
  }
  return entries;
}
