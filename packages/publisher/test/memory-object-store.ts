import { createPortableObjectHasher } from '@depotcast/hydrator';
import { DepotError, type ObjectHash, objectPath, type ObjectSuffix } from '@depotcast/hydrator/format';
import type { ObjectStore } from '../src/objects/object-store.js';

/** Objects in memory, hashed by another implementation than the real store's. */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, Buffer>();

  has(hash: ObjectHash, suffix: ObjectSuffix): Promise<boolean> {
    return Promise.resolve(this.objects.has(objectPath(hash, suffix)));
  }

  put(stored: Uint8Array, suffix: ObjectSuffix): Promise<ObjectHash> {
    const hasher = createPortableObjectHasher();
    hasher.update(stored);
    const hash = hasher.digest();
    this.objects.set(objectPath(hash, suffix), Buffer.from(stored));
    return Promise.resolve(hash);
  }

  read(hash: ObjectHash, suffix: ObjectSuffix): Promise<Buffer> {
    const stored = this.objects.get(objectPath(hash, suffix));
    return stored === undefined
      ? Promise.reject(new DepotError('not-found', `${hash}: no such object`))
      : Promise.resolve(stored);
  }
}
