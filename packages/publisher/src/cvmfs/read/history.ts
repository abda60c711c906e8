import * as v from 'valibot';
import { readDatabase } from '../database.js';
import { type AnyHash, parseHash } from './any-hash.js';
import { column, selectRows } from './rows.js';

export interface ReadTag {
  readonly name: string;
  readonly catalog: AnyHash;
  readonly catalogSize: number;
  readonly revision: number;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly description: string;
}

const SQL =
  "SELECT name, hash, size, revision, timestamp, coalesce(description, '') AS description FROM tags";

const schema = v.object({
  name: column.text,
  hash: column.text,
  size: column.number,
  revision: column.number,
  timestamp: column.number,
  description: column.text,
});

/** Every tag of a tag database, by name. @throws DepotError `bad-format` */
export async function readHistory(bytes: Uint8Array, where: string): Promise<ReadTag[]> {
  return readDatabase(bytes, where, (database) =>
    [...selectRows(database, `${SQL} ORDER BY name`, schema, where)].map((row) => ({
      name: row.name,
      catalog: parseHash(row.hash, `${where}: tag ${row.name}`),
      catalogSize: row.size,
      revision: row.revision,
      time: row.timestamp,
      description: row.description,
    })),
  );
}
