import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { DepotError } from './error.js';

/** SHA-256 as 64 lower-case hex digits. */
export type Digest = string & { readonly brand: 'Digest' };

const DIGEST = /^[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** @throws DepotError `bad-format` when `text` is not 64 lower-case hex digits; `where` names the place in the message. */
export function parseDigest(text: string, where: string): Digest {
  if (isDigest(text)) return text;
  throw new DepotError(
    'bad-format',
    `${where}: expected a SHA-256 of 64 lower-case hex digits, got '${text}'`,
  );
}

/** SHA-256 of bytes already in memory, or of a text's UTF-8 bytes. For small texts; files are hashed by streaming. */
export function digestOf(data: Uint8Array | string): Digest {
  return bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : data)) as Digest;
}
