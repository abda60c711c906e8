import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { type AnyHash, hashLike, type ObjectKind, pathOfObject } from '../cvmfs/read/any-hash.js';
import type { DurableWriter } from '../files/durable-writer.js';
import { exists } from '../files/exists.js';
import { isMissing } from '../files/missing.js';

/** Bytes; an object is the compressed form of a piece or of a file that was not cut, or a catalog. */
const MAX_OBJECT_BYTES = 1024 * 1024 * 1024;

/**
 * Copies files that a destination lacks, each checked before it takes its name. A name that is there already means the
 * whole file: it was given last.
 */
export class Copier {
  files = 0;
  bytes = 0;

  constructor(
    readonly source: Source,
    readonly writer: DurableWriter,
  ) {}

  hasObject(hash: AnyHash, kind: ObjectKind): Promise<boolean> {
    return exists(join(this.writer.root, pathOfObject(hash, kind)));
  }

  /** @throws DepotError `not-found`, `unreachable`, or `bad-digest` when the source has other bytes than its name says */
  async object(hash: AnyHash, kind: ObjectKind): Promise<void> {
    if (await this.hasObject(hash, kind)) return;
    const path = pathOfObject(hash, kind);
    const bytes = await this.source.read(path, MAX_OBJECT_BYTES);
    const actual = hashLike(hash, bytes);
    if (actual !== hash) {
      throw new DepotError('bad-digest', `${this.source.location}/${path}: expected ${hash}, got ${actual}`);
    }
    await this.write(path, bytes);
  }

  /** Writes a file that has been checked, unless the destination has the very same. */
  async write(path: string, bytes: Uint8Array): Promise<void> {
    if ((await this.#readOwn(path))?.equals(bytes) === true) return;
    await this.writer.write(path, bytes);
    this.files += 1;
    this.bytes += bytes.length;
  }

  async #readOwn(path: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.writer.root, path));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}
