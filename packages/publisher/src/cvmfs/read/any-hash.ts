import { ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { createObjectHasher } from '@depotcast/hydrator';
import { DepotError, type ObjectHash } from '@depotcast/hydrator/format';

/** The algorithms of CernVM-FS, in the order of the catalogs' flag bits, with what follows the digits in a text. */
const SPELLINGS = ['', '-rmd160', '-shake128'] as const;

/** 40 lower-case hex digits and the spelling of their algorithm: how CernVM-FS writes down a hash of any kind. */
export type AnyHash = string & { readonly brand: 'AnyHash' };

/** Letters after an object's hash: what kind of object it is. */
export type ObjectKind = '' | 'C' | 'H' | 'M' | 'P' | 'X';

const HASH = /^[0-9a-f]{40}(?:-rmd160|-shake128)?$/;

/** @throws DepotError `bad-format`; `where` names the place in the message */
export function parseHash(text: string | undefined, where: string): AnyHash {
  if (text !== undefined && HASH.test(text)) return text as AnyHash;
  throw new DepotError('bad-format', `${where}: expected a CernVM-FS hash, got '${text ?? 'nothing'}'`);
}

/** The hash that a catalog holds as 20 bytes and an algorithm's number; undefined for a number that means none. */
export function hashFromColumns(digest: Uint8Array, algorithm: number): AnyHash | undefined {
  const spelling = SPELLINGS[algorithm];
  if (digest.length !== 20 || spelling === undefined) return undefined;
  return `${Buffer.from(digest).toString('hex')}${spelling}` as AnyHash;
}

/** The hash of `bytes` by the algorithm that `like` is spelled with. */
export function hashLike(like: AnyHash, bytes: Uint8Array): AnyHash {
  const spelling = like.slice(40);
  if (spelling === '-shake128') {
    const hasher = createObjectHasher();
    hasher.update(bytes);
    return `${hasher.digest()}${spelling}` as AnyHash;
  }
  const digest = spelling === '-rmd160' ? ripemd160(bytes) : sha1(bytes);
  return `${Buffer.from(digest).toString('hex')}${spelling}` as AnyHash;
}

export function pathOfObject(hash: AnyHash, kind: ObjectKind): string {
  return `data/${hash.slice(0, 2)}/${hash.slice(2)}${kind}`;
}

/** The digits of a SHAKE-128 hash, which is what our own objects are named by; undefined for another algorithm's. */
export function shake128Of(hash: AnyHash): ObjectHash | undefined {
  return hash.endsWith('-shake128') ? (hash.slice(0, 40) as ObjectHash) : undefined;
}
