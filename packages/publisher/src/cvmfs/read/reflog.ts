import * as v from 'valibot';
import { readDatabase } from '../database.js';
import { type AnyHash, parseHash } from './any-hash.js';
import { column, selectRows } from './rows.js';

export const REFLOG_FILE = '.cvmfsreflog';

/** Kinds of objects, by their number in the database. */
const KINDS = ['catalog', 'certificate', 'history', 'metainfo'] as const;

export interface ReadReference {
  readonly kind: (typeof KINDS)[number];
  readonly hash: AnyHash;
  /** Seconds since the epoch. */
  readonly time: number;
}

const schema = v.object({
  hash: column.text,
  type: v.pipe(column.number, v.maxValue(KINDS.length - 1)),
  timestamp: column.number,
});

/** Every reference of a reflog, oldest first. @throws DepotError `bad-format` */
export async function readReflog(bytes: Uint8Array, where: string): Promise<ReadReference[]> {
  const sql = 'SELECT hash, type, timestamp FROM refs ORDER BY timestamp, rowid';
  return readDatabase(bytes, where, (database) =>
    [...selectRows(database, sql, schema, where)].map(({ hash, type, timestamp }) => ({
      kind: KINDS[type] ?? 'catalog',
      hash: parseHash(hash, where),
      time: timestamp,
    })),
  );
}
