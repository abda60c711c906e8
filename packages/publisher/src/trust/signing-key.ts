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
  const pair = nacl.sign.keyPair.fromSeed(seed);
  const publicHex = Buffer.from(pair.publicKey).toString('hex');
  return {
    id: keyIdOf(publicHex),
    public: publicHex,
    sign: (data) => nacl.sign.detached(data, pair.secretKey),
  };
}

/** A key as TUF root metadata lists it. */
export function publicKeyOf(key: Pick<SigningKey, 'public'>) {
  return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: key.public } };
}

/** Canonical JSON sorts keys and leaves out white space; for this one shape it can be written down. */
function keyIdOf(publicHex: string): string {
  return digestOf(`{"keytype":"ed25519","keyval":{"public":"${publicHex}"},"scheme":"ed25519"}`);
}
