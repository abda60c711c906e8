import { randomBytes } from 'node:crypto';
import {
  chmod,
  lutimes,
  mkdir,
  open,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  utimes,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TEMPORARY } from '../files/durable-writer.js';
import { isMissing } from '../files/missing.js';
import type { Tree } from './tree.js';

/** Seconds after the epoch; what every path of a tree shows, so that equal trees are equal to every tool. */
const MTIME = 1;

/**
 * Writes files and links into a tree that is read-only between exports: directories are made writable when something is
 * to change below them, and {@link seal} closes them again. What is there already, byte for byte, is not touched.
 */
export class TreeWriter implements Tree {
  readonly #open = new Set<string>();

  constructor(readonly root: string) {}

  /** Makes sure that `path` and its parents, as far as the root, exist and can be written to. The root stays as it is. */
  async directory(path: string): Promise<void> {
    if (path === '.' || this.#open.has(path)) return;
    await this.directory(dirname(path));
    const directory = join(this.root, path);
    await mkdir(directory, { recursive: true });
    await chmod(directory, 0o755);
    this.#open.add(path);
  }

  async file(path: string, bytes: Uint8Array, mode: 0o444 | 0o555 = 0o444): Promise<void> {
    const final = join(this.root, path);
    if ((await unlessMissing(readFile(final)))?.equals(bytes) === true) return;
    await this.#replace(path, async (temporary) => {
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.chmod(mode);
        await handle.utimes(MTIME, MTIME);
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
  }

  /** A symbolic link; one that leads elsewhere is switched by a rename. */
  async link(path: string, target: string): Promise<void> {
    if ((await unlessMissing(readlink(join(this.root, path)))) === target) return;
    await this.#replace(path, async (temporary) => {
      await symlink(target, temporary);
      await lutimes(temporary, MTIME, MTIME);
    });
  }

  /** Removes a file. */
  async remove(path: string): Promise<void> {
    await this.directory(dirname(path));
    await rm(join(this.root, path));
  }

  /** Makes every directory that was opened read-only again, children first. */
  async seal(): Promise<void> {
    const deepestFirst = [...this.#open].sort((a, b) => b.length - a.length);
    for (const path of deepestFirst) {
      await utimes(join(this.root, path), MTIME, MTIME);
      await chmod(join(this.root, path), 0o555);
    }
    this.#open.clear();
  }

  async #replace(path: string, create: (temporary: string) => Promise<void>): Promise<void> {
    await this.directory(dirname(path));
    const temporary = join(this.root, dirname(path), `${TEMPORARY}${randomBytes(8).toString('hex')}`);
    await create(temporary);
    await rename(temporary, join(this.root, path));
  }
}

async function unlessMissing<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
