import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { succeed } from './programs.js';

/** A repository of a test's own, and what a node needs to trust it. */
export interface TestRepository {
  readonly path: string;
  /** The root that the publisher hands out. */
  readonly root: string;
}

export async function initRepository(directory: string, prefix: string): Promise<TestRepository> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'repo');
  await succeed('depot-publish', ['init', path, '--name', 'test.example.org', '--prefix', prefix]);
  return { path, root: join(`${path}.keys`, 'root.json') };
}

export async function publish(
  repo: TestRepository,
  bundle: string,
  name: string,
  channel = 'prod',
): Promise<void> {
  await succeed('depot-publish', ['publish', repo.path, bundle, '--name', name, '--channel', channel]);
}

/** Every regular file below a folder, as sorted relative paths. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}
