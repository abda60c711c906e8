import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createObjectHasher } from '@depotcast/hydrator';
import { DepotError, type ObjectHash, objectPath, type ObjectSuffix } from '@depotcast/hydrator/format';
import type { DurableWriter } from '../files/durable-writer.js';
import { isMissing } from '../files/missing.js';
import type { ObjectStore } from './object-store.js';

/** Objects as files below `data/`, named as CernVM-FS names them. Names become durable with the writer's next sync. */
export class DirectoryObjectStore implements ObjectStore {
  constructor(private readonly writer: DurableWriter) {}

  async has(hash: ObjectHash, suffix: ObjectSuffix): Promise<boolean> {
    return (await this.#sizeOf(objectPath(hash, suffix))) !== undefined;
  }

  async put(stored: Uint8Array, suffix: ObjectSuffix): Promise<ObjectHash> {
    const hash = hashOf(stored);
    const path = objectPath(hash, suffix);
    if ((await this.#sizeOf(path)) === stored.length) this.writer.keep(path);
    else await this.writer.write(path, stored);
    return hash;
  }

  async read(hash: ObjectHash, suffix: ObjectSuffix): Promise<Buffer> {
    const file = join(this.writer.root, objectPath(hash, suffix));
    const stored = await readObject(file);
    const actual = hashOf(stored);
    if (actual === hash) return stored;
    throw new DepotError('bad-digest', `${file}: expected SHAKE-128 ${hash}, got ${actual}`);
  }

  async #sizeOf(path: string): Promise<number | undefined> {
    try {
      return (await stat(join(this.writer.root, path))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

function hashOf(stored: Uint8Array): ObjectHash {
  const hasher = createObjectHasher();
  hasher.update(stored);
  return hasher.digest();
}

async function readObject(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    if (isMissing(cause)) throw new DepotError('not-found', `${file}: no such object`, { cause });
    throw cause;
  }
}
