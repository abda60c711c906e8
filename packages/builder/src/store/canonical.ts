import { chmod, lstat, lutimes, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Seconds after the epoch: Julia from 1.8 on takes a source of this age for one that never changes. */
export const CANONICAL_MTIME = 1;
export const DIRECTORY_MODE = 0o555;
export const FILE_MODE = 0o444;
export const EXECUTABLE_MODE = 0o555;

/** Gives a finished tree the modes and times that nodes see. What stands in it does not change. */
export async function makeCanonical(path: string): Promise<void> {
  const stats = await lstat(path);
  if (stats.isDirectory()) {
    for (const name of await readdir(path)) await makeCanonical(join(path, name));
    await chmod(path, DIRECTORY_MODE);
  } else if (stats.isFile()) {
    await chmod(path, (stats.mode & 0o100) === 0 ? FILE_MODE : EXECUTABLE_MODE);
  }
  await lutimes(path, CANONICAL_MTIME, CANONICAL_MTIME);
}

/** Removes a tree, read-only directories included; a missing one is fine. */
export async function removeTree(path: string): Promise<void> {
  await makeWritable(path);
  await rm(path, { recursive: true, force: true });
}

async function makeWritable(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isDirectory() !== true) return;
  await chmod(path, 0o755);
  for (const name of await readdir(path)) await makeWritable(join(path, name));
}
