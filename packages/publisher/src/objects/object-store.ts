import type { ObjectHash, ObjectSuffix } from '@depotcast/hydrator/format';

/** Immutable byte strings, each named by the SHAKE-128 of its own bytes. */
export interface ObjectStore {
  has(hash: ObjectHash, suffix: ObjectSuffix): Promise<boolean>;

  /** Keeps `stored` under its own hash. One that is there already is left alone; equal ones may be put at once. */
  put(stored: Uint8Array, suffix: ObjectSuffix): Promise<ObjectHash>;

  /** @throws DepotError `not-found`, or `bad-digest` when the bytes no longer match their name. */
  read(hash: ObjectHash, suffix: ObjectSuffix): Promise<Buffer>;
}
