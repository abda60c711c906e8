import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { type FileEntry, type Listing, type ListingEntry } from '../format/index.js';
import { hashFile } from './hash-file.js';

/**
 * Compares a layer's tree on disk with its listing, byte by byte.
 * @returns one sentence for each difference, naming the file; none when the layer is what was signed
 */
export async function verifyLayer(directory: string, listing: Listing): Promise<string[]> {
  const expected = new Set<string>(listing.map((entry) => entry.path));
  const extra: string[] = [];
  for await (const path of walk(directory, '')) {
    if (!expected.has(path)) extra.push(`${join(directory, path)}: not in the listing`);
  }
  const limit = pLimit(4);
  const differences = await limit.map(listing, async (entry) => compareEntry(directory, entry));
  return [...extra, ...differences.filter((difference) => difference !== undefined)];
}

/** Every path below a folder; a folder that cannot be read shows where its entries are compared. */
async function* walk(root: string, below: string): AsyncGenerator<string> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    yield path;
    if (entry.isDirectory()) yield* walk(root, path);
  }
}

async function compareEntry(directory: string, entry: ListingEntry): Promise<string | undefined> {
  const path = join(directory, entry.path);
  try {
    return await findDifference(path, entry);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? `${path}: missing` : `${path}: cannot be read (${code})`;
  }
}

async function findDifference(path: string, entry: ListingEntry): Promise<string | undefined> {
  const stats = await lstat(path);
  switch (entry.type) {
    case 'directory':
      return stats.isDirectory() ? modeDifference(path, stats.mode) : `${path}: expected a directory`;
    case 'symlink': {
      const target = stats.isSymbolicLink() ? await readlink(path) : undefined;
      return target === entry.target ? undefined : `${path}: expected a link to '${entry.target}'`;
    }
    case 'file':
      if (!stats.isFile()) return `${path}: expected a file`;
      if (((stats.mode & 0o111) !== 0) !== entry.executable) return `${path}: wrong executable bit`;
      if (stats.size !== entry.size) return `${path}: expected ${entry.size} bytes, got ${stats.size}`;
      return modeDifference(path, stats.mode) ?? compareContent(path, entry);
  }
}

/** Set-id bits, and write permission for others than the owner. */
function modeDifference(path: string, mode: number): string | undefined {
  return (mode & 0o7022) === 0
    ? undefined
    : `${path}: mode ${(mode & 0o7777).toString(8)} is not of a published file`;
}

async function compareContent(path: string, entry: FileEntry): Promise<string | undefined> {
  const actual = await hashFile(path);
  return actual === entry.sha256 ? undefined : `${path}: expected SHA-256 ${entry.sha256}, got ${actual}`;
}
