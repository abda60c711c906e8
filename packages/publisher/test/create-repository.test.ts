import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { digestOf, repository as layout } from '@depotcast/hydrator/format';
import { DEFAULT_DAYS } from '../src/repository/config.js';
import { createRepository, type NewRepository } from '../src/repository/create-repository.js';
import { openRepository } from '../src/repository/open-repository.js';
import { PREFIX } from './bundle-fixture.js';
import { newRepository, scratch } from './repository-fixture.js';

function wanted(directory: string, change: Partial<NewRepository> = {}): NewRepository {
  const keys = `${directory}.keys`;
  return {
    ...{ directory, keys, rootKeys: keys, name: 'julia.example.org', prefix: PREFIX, days: DEFAULT_DAYS },
    ...{ rootKeyCount: 1, threshold: 1, now: new Date() },
    ...change,
  };
}

test('a new repository is empty, signed, and carries its config', async (context) => {
  const directory = join(await scratch(context), 'repo');
  const created = await createRepository(wanted(directory));
  const { trusted, config } = await openRepository(directory);
  assert.deepEqual([trusted.channels(), trusted.releases()], [[], []]);
  assert.deepEqual([config.name, config.prefix], ['julia.example.org', PREFIX]);
  const root = await readFile(join(directory, layout.metadataFile('root', 1)));
  assert.equal(created.rootFingerprint, digestOf(root));
  assert.deepEqual(await readFile(created.root), root);
});

test('root keys may live elsewhere, several of them', async (context) => {
  const scratchDirectory = await scratch(context);
  const directory = join(scratchDirectory, 'repo');
  const rootKeys = join(scratchDirectory, 'safe');
  await createRepository(wanted(directory, { rootKeys, rootKeyCount: 3, threshold: 2 }));
  assert.deepEqual((await readdir(rootKeys)).sort(), ['root-1.key', 'root-2.key', 'root-3.key']);
  assert.ok(!(await readdir(`${directory}.keys`)).some((name) => name.startsWith('root-')));
  const { root } = (await openRepository(directory)).state;
  assert.deepEqual([root.signed.roles['root']?.threshold, root.signed.roles['root']?.keyIDs.length], [2, 3]);
});

describe('no repository is made', () => {
  const cases: [string, (directory: string) => Partial<NewRepository>, RegExp][] = [
    ['with keys inside it', (directory) => ({ keys: join(directory, 'keys') }), /would be served/],
    [
      'with root keys that are its own directory',
      (directory) => ({ rootKeys: directory }),
      /would be served/,
    ],
    ['with a name that is not fully qualified', () => ({ name: 'julia' }), /fully qualified/],
    ['with a relative prefix', () => ({ prefix: 'cvmfs/julia' }), /absolute path/],
    ['with a threshold above the number of keys', () => ({ threshold: 2 }), /threshold from 1 to 1/],
    [
      'with signatures that never hold',
      () => ({ days: { ...DEFAULT_DAYS, timestamp: 0 } }),
      /days\.timestamp/,
    ],
  ];
  for (const [name, change, message] of cases) {
    test(name, async (context) => {
      const directory = join(await scratch(context), 'repo');
      await assert.rejects(createRepository(wanted(directory, change(directory))), {
        code: 'usage',
        message,
      });
    });
  }

  test('where there is one', async (context) => {
    const directory = await newRepository(join(await scratch(context), 'repo'));
    const again = createRepository(
      wanted(directory, { keys: `${directory}.other`, rootKeys: `${directory}.other` }),
    );
    await assert.rejects(again, { code: 'usage', message: /a repository is there already/ });
  });
});
