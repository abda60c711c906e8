import { DepotError } from './error.js';

/** SHAKE-128 with 160 bits of output, over the bytes as stored: 40 lower-case hex digits. */
export type ObjectHash = string & { readonly brand: 'ObjectHash' };

/**
 * CernVM-FS suffix letter: none for a whole file, `P` for a piece of a chunked one; `C` catalog, `H` tag history, `M` meta
 * info, `X` certificate.
 */
export type ObjectSuffix = '' | 'P' | 'C' | 'H' | 'M' | 'X';

const OBJECT_HASH = /^[0-9a-f]{40}$/;

/** @throws DepotError `bad-format`; `where` names the place in the message. */
export function parseObjectHash(text: string, where: string): ObjectHash {
  if (OBJECT_HASH.test(text)) return text as ObjectHash;
  throw new DepotError(
    'bad-format',
    `${where}: expected an object hash of 40 lower-case hex digits, got '${text}'`,
  );
}

/** Path of an object below the repository's root, as CernVM-FS spells it: `data/ab/cdef...-shake128P`. */
export function objectPath(hash: ObjectHash, suffix: ObjectSuffix): string {
  return `data/${hash.slice(0, 2)}/${hash.slice(2)}-shake128${suffix}`;
}
