import { md5 } from '@noble/hashes/legacy.js';

/** A path as catalogs spell it: absolute within the repository, without a trailing slash; the root is the empty string. */
export type CatalogPath = '' | `/${string}`;

/** A path's key in a catalog: the halves of its MD5, each as a little-endian signed integer. */
export type PathKey = readonly [bigint, bigint];

export function keyOf(path: CatalogPath): PathKey {
  // JavaScript's MD5, for a FIPS host's OpenSSL has none; here it is no more than a hash table's key.
  const digest = Buffer.from(md5(Buffer.from(path)));
  return [digest.readBigInt64LE(0), digest.readBigInt64LE(8)];
}

export function parentOf(path: CatalogPath): CatalogPath {
  return path.slice(0, Math.max(0, path.lastIndexOf('/'))) as CatalogPath;
}

export function nameOf(path: CatalogPath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function below(parent: CatalogPath, path: string): CatalogPath {
  return `${parent}/${path}`;
}
