import type { Database } from '../database.js';

export type SqlValue = bigint | number | string | Uint8Array | null;

/** Inserts rows into a table, each value in the order in which the table declares its columns. */
export function insertAll(database: Database, table: string, rows: Iterable<readonly SqlValue[]>): void {
  let statement: ReturnType<Database['prepare']> | undefined;
  try {
    for (const row of rows) {
      statement ??= database.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join(', ')})`);
      statement.run([...row]);
    }
  } finally {
    statement?.finalize();
  }
}

/** Makes the key/value table that every CernVM-FS database has. */
export function insertProperties(database: Database, properties: Readonly<Record<string, string>>): void {
  database.exec('CREATE TABLE properties (key TEXT, value TEXT, CONSTRAINT pk_properties PRIMARY KEY (key))');
  insertAll(database, 'properties', Object.entries(properties));
}
