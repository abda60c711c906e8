import { randomBytes } from 'node:crypto';
import { chmod, lutimes, mkdir, open, readdir, rename, stat, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import {
  DepotError,
  type LayerId,
  type ReleaseLayer,
  type StoredFileEntry,
  type StoredListing,
  tree,
} from '../format/index.js';
import { readContent } from '../source/content.js';
import type { Source } from '../source/source.js';
import { exists } from './exists.js';
import { removeTree } from './remove-tree.js';

/** Every path of a layer shows this time: 1 s after the epoch, which Julia from 1.8 on takes for "never stale". */
const MTIME = 1;
/** Milliseconds after which a half-fetched layer is taken for one whose process was killed. */
const ABANDONED = 24 * 3600 * 1000;

export interface MaterialiseOptions {
  /** Files fetched at a time; 8 unless told. */
  readonly concurrency?: number;
  /** Told the bytes of each file that is complete. */
  readonly onFile?: (bytes: number) => void;
}

/**
 * Makes sure that a layer stands below `root`. It appears whole by one rename after every byte was verified, or not at
 * all; a layer that is there already is left alone.
 * @returns whether anything had to be fetched
 * @throws DepotError `bad-digest`, `not-found`, `unreachable`, or `storage` when the disk refuses
 */
export async function materialiseLayer(
  source: Source,
  layer: ReleaseLayer,
  readListing: () => Promise<StoredListing>,
  root: string,
  options: MaterialiseOptions = {},
): Promise<boolean> {
  const final = join(root, tree.layer(layer.id));
  if (await exists(final)) return false;
  const listing = await readListing();
  // Beside its final place: a read-only directory can be renamed there without write permission of its own.
  const partial = join(dirname(final), `.${layer.id}.${randomBytes(6).toString('hex')}`);
  try {
    await removeAbandoned(dirname(final), layer.id);
    await writeTree(source, listing, partial, options);
    await renameIntoPlace(partial, final);
  } catch (error) {
    // The first error is the one to tell, whatever cleaning up meets.
    await removeTree(partial).catch(() => undefined);
    throw asStorageError(error, final);
  }
  return true;
}

async function writeTree(
  source: Source,
  listing: StoredListing,
  directory: string,
  options: MaterialiseOptions,
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
  { concurrency = 8, onFile }: MaterialiseOptions,
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

/** What a killed process left of this layer long ago. */
async function removeAbandoned(layers: string, id: LayerId): Promise<void> {
  if (!(await exists(layers))) return;
  for (const name of await readdir(layers)) {
    if (!name.startsWith(`.${id}.`)) continue;
    const age = Date.now() - (await stat(join(layers, name))).ctimeMs;
    if (age > ABANDONED) await removeTree(join(layers, name));
  }
}

/** Another process may have been quicker: then its layer stands, and ours goes. */
async function renameIntoPlace(partial: string, final: string): Promise<void> {
  try {
    await rename(partial, final);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    await removeTree(partial);
  }
}

function asStorageError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof DepotError || code === undefined) return error;
  return new DepotError('storage', `${path}: cannot be written (${code})`, { cause: error });
}
