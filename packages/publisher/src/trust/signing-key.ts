import { createPrivateKey, createPublicKey } from 'node:crypto';
import { digestOf } from '@depotcast/hydrator/format';
import nacl from 'tweetnacl';

/** An Ed25519 key that can sign; its secret half stays inside. */
export interface SigningKey {
  /** Key id of the TUF specification: SHA-256 over the public key's canonical JSON. */
  readonly id: string;
  /** 64 hex digits. */
  readonly public: string;
  sign(data: Uint8Array): Uint8Array;
}

/** Bytes of an Ed25519 seed. */
export const SEED_BYTES = 32;

export function signingKeyOf(seed: Uint8Array): SigningKey {
  const publicKey = publicHalfOf(seed);
  const publicHex = publicKey.toString('hex');
  const secretKey = Buffer.concat([seed, publicKey]);
  return {
    id: keyIdOf(publicHex),
    public: publicHex,
    sign: (data) => nacl.sign.detached(data, secretKey),
  };
}

/** What stands before the seed in a private key's DER form (RFC 8410, section 7). */
const PKCS8_START = Buffer.from('302e020100300506032b657004220420', 'hex');

/** By OpenSSL: in JavaScript it takes as long as a signature, for each key, in every command that signs. */
function publicHalfOf(seed: Uint8Array): Buffer {
  const key = Buffer.concat([PKCS8_START, seed]);
  const publicKey = createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(-SEED_BYTES);
}

/** A key as TUF root metadata lists it. */
export function publicKeyOf(key: Pick<SigningKey, 'public'>) {
  return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: key.public } };
}

/** Canonical JSON sorts keys and leaves out white space; for this one shape it can be written down. */
function keyIdOf(publicHex: string): string {
  return digestOf(`{"keytype":"ed25519","keyval":{"public":"${publicHex}"},"scheme":"ed25519"}`);
}
