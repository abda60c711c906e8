import { DepotError, parseJson, renderJson } from '@depotcast/hydrator/format';
import * as v from 'valibot';
import { createSecret, readSecret } from './secret-file.js';
import { type SigningKey, signingKeyOf } from './signing-key.js';

const HEX_32_BYTES = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'));

const keySchema = v.strictObject({
  format: v.literal('depotcast-key/1'),
  keytype: v.literal('ed25519'),
  public: HEX_32_BYTES,
  /** The seed. */
  secret: HEX_32_BYTES,
});

/**
 * Writes a new key that only its owner can read.
 * @throws DepotError `usage` when the file exists: a key is never overwritten
 */
export async function createKeyFile(file: string, seed: Uint8Array): Promise<SigningKey> {
  const key = signingKeyOf(seed);
  const secret = Buffer.from(seed).toString('hex');
  await createSecret(
    file,
    renderJson({ format: 'depotcast-key/1', keytype: 'ed25519', public: key.public, secret }),
  );
  return key;
}

/** @throws DepotError as {@link readSecret}, or `bad-format` */
export async function readKeyFile(file: string): Promise<SigningKey> {
  const { public: expected, secret } = parseJson(keySchema, await readSecret(file), file);
  const key = signingKeyOf(Buffer.from(secret, 'hex'));
  if (key.public === expected) return key;
  throw new DepotError('bad-format', `${file}: the public key does not belong to the secret one`);
}
