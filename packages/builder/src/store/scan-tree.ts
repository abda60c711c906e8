import {
  comparePaths,
  DepotError,
  type ListingEntry,
  parseRelativePath,
  type RelativePath,
  resolveLink,
} from '@depotcast/hydrator/format';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { hashFile } from './hash-file.js';

/** Files hashed at a time; more would only make the disk seek. */
const CONCURRENCY = 4;
const OWNER_EXECUTES = 0o100;

/**
 * Lists a folder as a layer: sorted, with the digest of every file.
 * @param skip names that are left out wherever they stand
 * @throws DepotError `bad-format` for what no layer can hold: sockets, devices, names that are not UTF-8, links that leave
 */
export async function scanTree(root: string, skip: readonly string[] = []): Promise<ListingEntry[]> {
  const paths = await walk(root, '', skip);
  const limit = pLimit(CONCURRENCY);
  const entries = await Promise.all(paths.map((path) => limit(() => readEntry(root, path))));
  return entries.sort((a, b) => comparePaths(a.path, b.path));
}

async function walk(root: string, below: string, skip: readonly string[]): Promise<RelativePath[]> {
  const paths: RelativePath[] = [];
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    if (skip.includes(entry.name)) continue;
    const path = parseRelativePath(below === '' ? entry.name : `${below}/${entry.name}`, root);
    paths.push(path);
    if (entry.isDirectory()) paths.push(...(await walk(root, path, skip)));
  }
  return paths;
}

async function readEntry(root: string, path: RelativePath): Promise<ListingEntry> {
  const file = join(root, path);
  const stats = await lstat(file);
  if (stats.isDirectory()) return { type: 'directory', path };
  if (stats.isSymbolicLink()) {
    const target = await readlink(file);
    resolveLink(path, target, root);
    return { type: 'symlink', path, target };
  }
  if (!stats.isFile()) {
    throw new DepotError('bad-format', `${file}: expected a file, a directory or a link, got another kind`, {
      hint: 'remove it: sockets, pipes and devices cannot be published',
    });
  }
  const executable = (stats.mode & OWNER_EXECUTES) !== 0;
  return { type: 'file', path, executable, size: stats.size, sha256: await hashFile(file) };
}
