import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayerId, StoredFileEntry } from '../format/index.js';
import { exists } from './exists.js';
import { unfinished } from './node-files.js';
import { removeTree } from './remove-tree.js';

/** Folders that earlier attempts at a layer have left behind. Nothing in them is believed: every file is hashed again. */
export class Leftovers {
  constructor(private readonly directories: readonly string[]) {}

  /** Links a file that is complete to `path`; its mode and times are the caller's to set. @returns whether there was one */
  async adopt(file: StoredFileEntry, path: string): Promise<boolean> {
    for (const directory of this.directories) {
      const left = join(directory, file.path);
      const handle = await openRegular(left);
      if (handle === undefined) continue;
      try {
        if ((await handle.stat()).size !== file.size || (await hashOf(handle)) !== file.sha256) continue;
        await link(left, path);
        return true;
      } finally {
        await handle.close();
      }
    }
    return false;
  }

  /** What there is of a file that was being written. The caller closes it. */
  async begun({ path }: StoredFileEntry): Promise<FileHandle | undefined> {
    for (const directory of this.directories) {
      const handle = await openRegular(join(directory, path));
      if (handle !== undefined) return handle;
    }
    return undefined;
  }

  async remove(): Promise<void> {
    for (const directory of this.directories) await removeTree(directory);
  }
}

/** What is left of a layer among `layers`. Only for the holder of its lock: nobody is still writing there then. */
export async function leftoversOf(layers: string, id: LayerId): Promise<Leftovers> {
  const names = (await exists(layers)) ? await readdir(layers) : [];
  return new Leftovers(
    names.filter((name) => name.startsWith(unfinished(id))).map((name) => join(layers, name)),
  );
}

async function openRegular(path: string): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    // Whatever stands in the way, the file is fetched then.
    return undefined;
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}

async function hashOf(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const chunks = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1024 * 1024 });
  for await (const chunk of chunks) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
