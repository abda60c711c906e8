import { createObjectHasher } from '@depotcast/hydrator';
import type { ObjectHash } from '@depotcast/hydrator/format';

/** A hash as CernVM-FS writes it down: the digits, and which algorithm they are of. */
export function spell(hash: ObjectHash): string {
  return `${hash}-shake128`;
}

export function hashOf(bytes: Uint8Array): ObjectHash {
  const hasher = createObjectHasher();
  hasher.update(bytes);
  return hasher.digest();
}
