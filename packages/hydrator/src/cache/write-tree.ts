import { createReadStream } from 'node:fs';
import { chmod, type FileHandle, lutimes, mkdir, open, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit, { type LimitFunction } from 'p-limit';
import type { StoredFileEntry, StoredListing } from '../format/index.js';
import { fromAnyCopy, type Source } from '../source/source.js';
import { FileWriter } from './file-writer.js';
import { Leftovers } from './leftovers.js';

/** Every path of a layer shows this time: 1 s after the epoch, which Julia from 1.8 on takes for "never stale". */
const MTIME = 1;

export interface WriteOptions {
  /** Bounds the files in hand at a time, over several layers if they share it; 8 unless told. */
  readonly limit?: LimitFunction;
  /** Told bytes as they are complete. */
  readonly onBytes?: (bytes: number) => void;
  /** What earlier attempts left, to go on from. */
  readonly leftovers?: Leftovers;
}

/**
 * Writes a layer's tree as nodes see it into `directory`, which must not exist: each file verified, modes and times fixed.
 * Content that occurs several times is read once.
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
  { limit = pLimit(8), onBytes = () => undefined, leftovers = new Leftovers([]) }: WriteOptions,
): Promise<void> {
  const failures: unknown[] = [];
  const isStopped = (): boolean => failures.length > 0;
  const firsts = new Map<string, { readonly path: string; readonly written: Promise<void> }>();
  const write = async (file: StoredFileEntry): Promise<void> => {
    const path = join(directory, file.path);
    const first = firsts.get(file.sha256);
    if (first === undefined) {
      const written = writeFile(source, file, path, { onBytes, leftovers, isStopped });
      firsts.set(file.sha256, { path, written });
      return written;
    }
    await first.written;
    if (isStopped()) return;
    await copyFile(first.path, file, path);
    onBytes(file.size);
  };
  const attempt = async (file: StoredFileEntry): Promise<void> => {
    if (isStopped()) return;
    await write(file).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(files.map((file) => limit(attempt, file)));
  if (failures.length > 0) throw failures[0];
}

interface FileOptions {
  readonly onBytes: (bytes: number) => void;
  readonly leftovers: Leftovers;
  readonly isStopped: () => boolean;
}

async function writeFile(
  source: Source,
  file: StoredFileEntry,
  path: string,
  { onBytes, leftovers, isStopped }: FileOptions,
): Promise<void> {
  if (await leftovers.adopt(file, path)) {
    await chmod(path, modeOf(file));
    await utimes(path, MTIME, MTIME);
    onBytes(file.size);
    return;
  }
  await create(path, file, async (handle) => {
    const writer = new FileWriter(handle, file, onBytes, isStopped);
    const begun = await leftovers.begun(file);
    if (begun !== undefined) await writer.copyBegun(begun).finally(() => begun.close());
    await fromAnyCopy(source, (copy) => writer.fetch(copy));
    if (isStopped()) return;
    if (begun !== undefined && !writer.isWhole()) {
      await writer.restart();
      await fromAnyCopy(source, (copy) => writer.fetch(copy));
    }
    if (!isStopped()) writer.requireWhole();
  });
}

async function copyFile(from: string, file: StoredFileEntry, path: string): Promise<void> {
  await create(path, file, async (handle) => {
    for await (const chunk of createReadStream(from)) await handle.writeFile(chunk as Buffer);
  });
}

async function create(
  path: string,
  file: StoredFileEntry,
  write: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await write(handle);
    await handle.chmod(modeOf(file));
    await handle.utimes(MTIME, MTIME);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

const modeOf = ({ executable }: StoredFileEntry): number => (executable ? 0o555 : 0o444);

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
