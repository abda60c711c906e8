import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DepotError } from '@depotcast/hydrator/format';
import type sqlite from 'node-sqlite3-wasm';

export type Database = InstanceType<typeof sqlite.Database>;

/** CernVM-FS opens catalogs without shared memory: no write-ahead log. A scratch file needs no journal either. */
const SETTINGS = 'PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;';

/** Nobody else opens a scratch file: it is locked once, not anew (by a directory made and removed) for every statement. */
const LOCKED_ONCE = 'PRAGMA locking_mode = EXCLUSIVE;';

/** The bytes of the SQLite file that `fill` writes, in one transaction. Equal statements give equal bytes. */
export async function writeDatabase(fill: (database: Database) => void): Promise<Buffer> {
  return inScratchFile(async (file) => {
    await withDatabase(file, (database) => {
      database.exec(`${SETTINGS} BEGIN`);
      fill(database);
      database.exec('COMMIT');
    });
    return readFile(file);
  });
}

/** @throws DepotError `bad-format`, naming `where`, for bytes that are no database or lack what `read` asks for */
export async function readDatabase<T>(
  bytes: Uint8Array,
  where: string,
  read: (database: Database) => T,
): Promise<T> {
  return inScratchFile(async (file) => {
    await writeFile(file, bytes);
    try {
      return await withDatabase(file, read);
    } catch (cause) {
      if (!(cause instanceof Error) || cause.name !== 'SQLite3Error') throw cause;
      throw new DepotError('bad-format', `${where}: ${cause.message}`, { cause });
    }
  });
}

async function withDatabase<T>(file: string, use: (database: Database) => T): Promise<T> {
  // Compiling the library takes longer than most commands do; those that need none do not load it.
  const { default: library } = await import('node-sqlite3-wasm');
  const database = new library.Database(file);
  try {
    database.exec(LOCKED_ONCE);
    return use(database);
  } finally {
    database.close();
  }
}

async function inScratchFile<T>(action: (file: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'depotcast-'));
  try {
    return await action(join(directory, 'database'));
  } finally {
    await rm(directory, { recursive: true });
  }
}
