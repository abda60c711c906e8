import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from '../cache/hash-file.js';
import { DepotError, type Listing, type ListingEntry } from '../format/index.js';

/** Folders that a package's code is loaded from: one more file in them may be loaded too, one more elsewhere is not. */
const CODE_FOLDERS = ['src', 'ext'];

/** The part of a listing below a folder, with paths relative to it. */
export function listingBelow(listing: Listing, folder: string): ListingEntry[] {
  const prefix = `${folder}/`;
  return listing.flatMap((entry) =>
    entry.path.startsWith(prefix)
      ? [{ ...entry, path: entry.path.slice(prefix.length) as ListingEntry['path'] }]
      : [],
  );
}

/**
 * Files of a user's folder that are not as published: changed, gone, or new where code is loaded from.
 * @param published listing of the folder in the release
 * @returns sorted paths below the folder
 * @throws DepotError `unreachable` for a file that cannot be read
 */
export async function compareFolder(folder: string, published: readonly ListingEntry[]): Promise<string[]> {
  const differing = new Set<string>();
  for (const entry of published) if (!(await isAsPublished(folder, entry))) differing.add(entry.path);
  const known = new Set<string>(published.map(({ path }) => path));
  for (const path of await codeFiles(folder)) if (!known.has(path)) differing.add(path);
  return [...differing].sort();
}

async function isAsPublished(folder: string, entry: ListingEntry): Promise<boolean> {
  const path = join(folder, entry.path);
  try {
    const stats = await lstat(path);
    switch (entry.type) {
      // A version control system keeps no empty folders, and Julia misses none.
      case 'directory':
        return true;
      case 'symlink':
        return stats.isSymbolicLink() && (await readlink(path)) === entry.target;
      case 'file':
        return stats.isFile() && stats.size === entry.size && (await hashFile(path)) === entry.sha256;
    }
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return entry.type === 'directory';
    throw new DepotError('unreachable', `${path}: cannot be read (${code})`, { cause });
  }
}

async function codeFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const part of CODE_FOLDERS) {
    const entries = await readdir(join(folder, part), { recursive: true }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    });
    files.push(...entries.filter((name) => name.endsWith('.jl')).map((name) => join(part, name)));
  }
  return files;
}
