import { type FileHandle, open } from 'node:fs/promises';
import { DepotError, parseJson, renderJson } from '@depotcast/hydrator/format';
import * as v from 'valibot';
import { isMissing } from '../files/missing.js';
import { type SigningKey, signingKeyOf } from './signing-key.js';

const HEX_32_BYTES = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'));

const keySchema = v.strictObject({
  format: v.literal('depotcast-key/1'),
  keytype: v.literal('ed25519'),
  public: HEX_32_BYTES,
  /** The seed. */
  secret: HEX_32_BYTES,
});

/** Group and others: whoever is neither the owner nor root must not read a key. */
const FOREIGN_BITS = 0o077;

/**
 * Writes a new key that only its owner can read.
 * @throws DepotError `usage` when the file exists: a key is never overwritten
 */
export async function createKeyFile(file: string, seed: Uint8Array): Promise<SigningKey> {
  const key = signingKeyOf(seed);
  const secret = Buffer.from(seed).toString('hex');
  const handle = await openNew(file);
  try {
    await handle.writeFile(
      renderJson({ format: 'depotcast-key/1', keytype: 'ed25519', public: key.public, secret }),
    );
    await handle.sync();
  } finally {
    await handle.close();
  }
  return key;
}

/** @throws DepotError `not-found`, `usage` for a file that others can read, or `bad-format` */
export async function readKeyFile(file: string): Promise<SigningKey> {
  const handle = await openExisting(file);
  try {
    const { mode } = await handle.stat();
    if ((mode & FOREIGN_BITS) !== 0) {
      throw new DepotError(
        'usage',
        `${file}: expected mode 0600, got 0${(mode & 0o777).toString(8)}: others may have read this key`,
        { hint: `chmod 600 ${file}, and make new keys if others use this machine` },
      );
    }
    const { public: expected, secret } = parseJson(keySchema, await handle.readFile('utf8'), file);
    const key = signingKeyOf(Buffer.from(secret, 'hex'));
    if (key.public === expected) return key;
    throw new DepotError('bad-format', `${file}: the public key does not belong to the secret one`);
  } finally {
    await handle.close();
  }
}

async function openNew(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new DepotError('usage', `${file}: a key is there already`, {
      cause,
      hint: 'name another directory with --keys; a key in use must not be lost',
    });
  }
}

async function openExisting(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new DepotError('not-found', `${file}: no such key`, {
      cause,
      hint: "name the directory that 'depot-publish init' wrote the keys to with --keys",
    });
  }
}
