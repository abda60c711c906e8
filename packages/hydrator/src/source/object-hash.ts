import { shake128 } from '@noble/hashes/sha3.js';
import { createHash } from 'node:crypto';
import { type ObjectHash } from '../format/index.js';

/** CernVM-FS' SHAKE-128: 160 bits of output. */
const BYTES = 20;

/** Hashes an object's bytes as stored, piece by piece. */
export interface ObjectHasher {
  update(chunk: Uint8Array): void;
  digest(): ObjectHash;
}

/** OpenSSL's SHAKE-128, several times faster than JavaScript's, where the host's OpenSSL allows it (FIPS hosts do not). */
export function createObjectHasher(): ObjectHasher {
  try {
    const hash = createHash('shake128', { outputLength: BYTES });
    return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('hex') as ObjectHash };
  } catch {
    return createPortableObjectHasher();
  }
}

/** The same in JavaScript alone. */
export function createPortableObjectHasher(): ObjectHasher {
  const hash = shake128.create({ dkLen: BYTES });
  return {
    update: (chunk) => void hash.update(chunk),
    digest: () => Buffer.from(hash.digest()).toString('hex') as ObjectHash,
  };
}
