import { type FileHandle, open } from 'node:fs/promises';
import { DepotError } from '@depotcast/hydrator/format';
import { isMissing } from '../files/missing.js';

/** Group and others: whoever is neither the owner nor root must not read a key. */
const FOREIGN_BITS = 0o077;

/**
 * Writes a file that only its owner can read; it is durable, its name is not yet.
 * @throws DepotError `usage` when the file exists: a key is never overwritten
 */
export async function createSecret(file: string, text: string): Promise<void> {
  const handle = await openNew(file);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @throws DepotError `not-found`, or `usage` for a file that others can read */
export async function readSecret(file: string): Promise<string> {
  const handle = await openExisting(file);
  try {
    const { mode } = await handle.stat();
    if ((mode & FOREIGN_BITS) === 0) return await handle.readFile('utf8');
    throw new DepotError(
      'usage',
      `${file}: expected mode 0600, got 0${(mode & 0o777).toString(8)}: others may have read this key`,
      { hint: `chmod 600 ${file}, and make new keys if others use this machine` },
    );
  } finally {
    await handle.close();
  }
}

async function openNew(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new DepotError('usage', `${file}: a key is there already`, {
      cause,
      hint: 'name another directory with --keys; a key in use must not be lost',
    });
  }
}

async function openExisting(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new DepotError('not-found', `${file}: no such key`, {
      cause,
      hint: "name the directory that 'depot-publish init' wrote the keys to with --keys",
    });
  }
}
