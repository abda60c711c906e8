import { chmod, lutimes, mkdir, open, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { StoredFileEntry, StoredListing } from '../format/index.js';
import { readContent } from '../source/content.js';
import type { Source } from '../source/source.js';

/** Every path of a layer shows this time: 1 s after the epoch, which Julia from 1.8 on takes for "never stale". */
const MTIME = 1;

export interface WriteOptions {
  /** Files fetched at a time; 8 unless told. */
  readonly concurrency?: number;
  /** Told the bytes of each file that is complete. */
  readonly onFile?: (bytes: number) => void;
}

/**
 * Writes a layer's tree as nodes see it into `directory`, which must not exist: each file verified, modes and times fixed.
 * @throws DepotError as {@link readContent} does; system errors as they are
 */
export async function writeTree(
  source: Source,
  listing: StoredListing,
  directory: string,
  options: WriteOptions,
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  for (const entry of listing) {
    if (entry.type === 'directory') await mkdir(join(directory, entry.path), { mode: 0o755 });
  }
  const files = listing.filter((entry) => entry.type === 'file');
  await writeFiles(source, files, directory, options);
  // Links last: no file is ever written through one.
  for (const entry of listing) {
    if (entry.type === 'symlink') await writeLink(entry.target, join(directory, entry.path));
  }
  await seal(listing, directory);
}

/** After a failure no further file is begun, and those begun are let go before the failure is told. */
async function writeFiles(
  source: Source,
  files: readonly StoredFileEntry[],
  directory: string,
  { concurrency = 8, onFile }: WriteOptions,
): Promise<void> {
  const limit = pLimit(concurrency);
  const failures: unknown[] = [];
  const write = async (file: StoredFileEntry): Promise<void> => {
    if (failures.length > 0) return;
    try {
      await writeFile(source, file, join(directory, file.path), () => failures.length > 0);
      onFile?.(file.size);
    } catch (error) {
      failures.push(error);
    }
  };
  await limit.map(files, write);
  if (failures.length > 0) throw failures[0];
}

async function writeFile(
  source: Source,
  file: StoredFileEntry,
  path: string,
  isStopped: () => boolean,
): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of readContent(source, file)) {
      if (isStopped()) return;
      await handle.writeFile(chunk);
    }
    await handle.chmod(file.executable ? 0o555 : 0o444);
    await handle.utimes(MTIME, MTIME);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function writeLink(target: string, path: string): Promise<void> {
  await symlink(target, path);
  await lutimes(path, MTIME, MTIME);
}

/** Directories become read-only children first, for what is below a read-only directory can no longer be changed. */
async function seal(listing: StoredListing, directory: string): Promise<void> {
  const directories = listing.filter((entry) => entry.type === 'directory');
  for (const { path } of directories.reverse()) await sealDirectory(join(directory, path));
  await sealDirectory(directory);
}

async function sealDirectory(path: string): Promise<void> {
  await utimes(path, MTIME, MTIME);
  await chmod(path, 0o555);
}
