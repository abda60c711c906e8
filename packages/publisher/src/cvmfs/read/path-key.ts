import { md5 } from '@noble/hashes/legacy.js';

/** MD5 of a path, in hex: what catalogs find an entry by. */
export function keyOfPath(path: string): string {
  return Buffer.from(md5(Buffer.from(path))).toString('hex');
}
