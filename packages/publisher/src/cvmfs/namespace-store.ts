import type { ObjectHash, ObjectSuffix, StoredContent } from '@depotcast/hydrator/format';
import { availableParallelism } from 'node:os';
import { deflate } from 'pako';
import type { DurableWriter } from '../files/durable-writer.js';
import { compress, EMPTY_OBJECT } from '../objects/compress.js';
import { DirectoryObjectStore } from '../objects/directory-object-store.js';
import { storeContent } from '../objects/store-content.js';
import { WorkPool } from '../objects/work-pool.js';

/** Bytes of content in memory at a time. */
const MAX_BYTES_IN_FLIGHT = 64 * 1024 * 1024;

/** Keeps the objects that catalogs consist of and refer to. */
export class NamespaceStore {
  readonly #store: DirectoryObjectStore;
  readonly #pool = new WorkPool({ concurrency: availableParallelism(), maxBytes: MAX_BYTES_IN_FLIGHT });

  constructor(writer: DurableWriter) {
    this.#store = new DirectoryObjectStore(writer);
  }

  /**
   * Keeps an object that CernVM-FS' own replication unpacks and compresses again: a certificate or a meta info. Only what
   * the original zlib makes of it has the same name afterwards, and node's zlib is another.
   */
  reproducible(bytes: Uint8Array, suffix: 'M' | 'X'): Promise<ObjectHash> {
    return this.#store.put(deflate(bytes), suffix);
  }

  async object(bytes: Uint8Array, suffix: ObjectSuffix): Promise<ObjectHash> {
    return this.#store.put(await compress(bytes), suffix);
  }

  /** A file of the tree, which may need several objects. */
  readonly file = async (bytes: Uint8Array): Promise<StoredContent> => {
    const workshop = { store: this.#store, pool: this.#pool };
    return (await storeContent(inOnePart(bytes), bytes.length, workshop)).done;
  };

  /** Catalogs mark their roots with an empty file. */
  readonly catalog = async (bytes: Uint8Array): Promise<ObjectHash> => {
    await this.#store.put(EMPTY_OBJECT, '');
    return this.object(bytes, 'C');
  };
}

// eslint-disable-next-line @typescript-eslint/require-await -- what stores contents reads them as streams
async function* inOnePart(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
