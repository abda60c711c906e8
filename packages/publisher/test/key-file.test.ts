import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { verify, createPublicKey } from 'node:crypto';
import { createKeyFile, readKeyFile } from '../src/trust/key-file.js';
import { signingKeyOf } from '../src/trust/signing-key.js';
import { scratch } from './repository-fixture.js';

const SEED = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
/** RFC 8032, section 7.1, test 1. */
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

test('a key signs as RFC 8032 says', () => {
  const key = signingKeyOf(SEED);
  assert.equal(key.public, PUBLIC);
  const signature = Buffer.from(key.sign(Buffer.alloc(0))).toString('hex');
  assert.match(
    signature,
    /^e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b$/,
  );
});

test("node's own Ed25519 accepts what a key signs", () => {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(PUBLIC, 'hex')]);
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const data = Buffer.from('metadata');
  assert.ok(verify(undefined, data, publicKey, signingKeyOf(SEED).sign(data)));
});

test('a key is written for its owner alone, once, and read back', async (context) => {
  const file = join(await scratch(context), 'targets.key');
  const key = await createKeyFile(file, SEED);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal((await readKeyFile(file)).id, key.id);
  await assert.rejects(createKeyFile(file, SEED), { code: 'usage' });
});

describe('a key file is refused', () => {
  for (const mode of [0o640, 0o604, 0o660, 0o644]) {
    test(`with mode 0${mode.toString(8)}`, async (context) => {
      const file = join(await scratch(context), 'targets.key');
      await createKeyFile(file, SEED);
      await chmod(file, mode);
      await assert.rejects(readKeyFile(file), { code: 'usage', message: /expected mode 0600/ });
    });
  }

  test('when its halves do not belong together', async (context) => {
    const file = join(await scratch(context), 'targets.key');
    await createKeyFile(file, SEED);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(PUBLIC, PUBLIC.replace(/^d7/, 'd8')));
    await assert.rejects(readKeyFile(file), { code: 'bad-format' });
  });

  test('when it is missing', async (context) => {
    await assert.rejects(readKeyFile(join(await scratch(context), 'x.key')), { code: 'not-found' });
  });
});
