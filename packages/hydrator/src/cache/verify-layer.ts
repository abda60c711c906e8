import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { comparePaths, type FileEntry, type Listing, type ListingEntry } from '../format/index.js';

/**
 * Compares a layer's tree on disk with its listing, byte by byte.
 * @returns one sentence for each difference, naming the file; none when the layer is what was signed
 */
export async function verifyLayer(directory: string, listing: Listing): Promise<string[]> {
  const expected = new Map(listing.map((entry) => [entry.path as string, entry]));
  const present = await walk(directory, '');
  const extra = present
    .filter((path) => !expected.has(path))
    .map((path) => `${join(directory, path)}: not in the listing`);
  const limit = pLimit(4);
  const differences = await limit.map(listing, async (entry) => compareEntry(directory, entry));
  return [...extra, ...differences.filter((difference) => difference !== undefined)];
}

async function walk(root: string, below: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(join(root, below), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => comparePaths(a.name, b.name))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    found.push(path);
    if (entry.isDirectory()) found.push(...(await walk(root, path)));
  }
  return found;
}

async function compareEntry(directory: string, entry: ListingEntry): Promise<string | undefined> {
  const path = join(directory, entry.path);
  let stats;
  try {
    stats = await lstat(path);
  } catch (error) {
    return `${path}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : String(error)}`;
  }
  switch (entry.type) {
    case 'directory':
      return stats.isDirectory() ? undefined : `${path}: expected a directory`;
    case 'symlink': {
      const target = stats.isSymbolicLink() ? await readlink(path) : undefined;
      return target === entry.target ? undefined : `${path}: expected a link to '${entry.target}'`;
    }
    case 'file':
      if (!stats.isFile()) return `${path}: expected a file`;
      if (((stats.mode & 0o111) !== 0) !== entry.executable) return `${path}: wrong executable bit`;
      if (stats.size !== entry.size) return `${path}: expected ${entry.size} bytes, got ${stats.size}`;
      return compareContent(path, entry);
  }
}

async function compareContent(path: string, entry: FileEntry): Promise<string | undefined> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Buffer);
  const actual = hash.digest('hex');
  return actual === entry.sha256 ? undefined : `${path}: expected SHA-256 ${entry.sha256}, got ${actual}`;
}
