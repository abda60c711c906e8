import { constants, type KeyObject, privateEncrypt, sign } from 'node:crypto';
import { hashOf, spell } from './hash-text.js';

/** Makes a signature over the ASCII text of a hash. */
export type SignHash = (hash: string) => Buffer;

/** How the repository key signs manifests: RSA with SHA-1, which is what CernVM-FS clients verify. */
export function signWithRepositoryKey(key: KeyObject): SignHash {
  return (hash) => sign('RSA-SHA1', Buffer.from(hash), key);
}

/** How the master key signs whitelists: RSA over the bare hash text, padded but not hashed again. */
export function signWithMasterKey(key: KeyObject): SignHash {
  return (hash) => privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(hash));
}

/** A text of lines, the hash of those lines, and a signature of that hash. */
export function sealLines(lines: readonly string[], sign: SignHash): Buffer {
  const body = lines.map((line) => `${line}\n`).join('');
  const hash = spell(hashOf(Buffer.from(body)));
  return Buffer.concat([Buffer.from(`${body}--\n${hash}\n`), sign(hash)]);
}
