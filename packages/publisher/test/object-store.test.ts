import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { objectPath, parseObjectHash } from '@depotcast/hydrator/format';
import { DurableWriter } from '../src/files/durable-writer.js';
import { DirectoryObjectStore } from '../src/objects/directory-object-store.js';
import type { ObjectStore } from '../src/objects/object-store.js';
import { MemoryObjectStore } from './memory-object-store.js';
import { scratch } from './repository-fixture.js';

/** SHAKE-128 of `abc`, 160 bits, by the openssl program. */
const ABC = parseObjectHash('5881092dd818bf5cf8a3ddb793fbcba74097d5c5', 'test');

const stores: Record<string, (context: TestContext) => Promise<ObjectStore>> = {
  directory: async (context) => new DirectoryObjectStore(new DurableWriter(await scratch(context))),
  memory: () => Promise.resolve(new MemoryObjectStore()),
};

for (const [name, create] of Object.entries(stores)) {
  describe(`a ${name} object store`, () => {
    test('names an object by the SHAKE-128 of its bytes and gives it back', async (context) => {
      const store = await create(context);
      assert.equal(await store.put(Buffer.from('abc'), ''), ABC);
      assert.deepEqual(await store.read(ABC, ''), Buffer.from('abc'));
    });

    test('keeps a whole file and a piece of equal bytes apart', async (context) => {
      const store = await create(context);
      await store.put(Buffer.from('abc'), 'P');
      assert.deepEqual([await store.has(ABC, 'P'), await store.has(ABC, '')], [true, false]);
    });

    test('takes equal objects at once', async (context) => {
      const store = await create(context);
      const hashes = await Promise.all(Array.from({ length: 8 }, () => store.put(Buffer.from('abc'), '')));
      assert.deepEqual(new Set(hashes), new Set([ABC]));
    });

    test('says that it has no such object', async (context) => {
      const store = await create(context);
      await assert.rejects(store.read(ABC, ''), { code: 'not-found' });
    });
  });
}

test('an object that is there already is not written again', async (context) => {
  const directory = await scratch(context);
  const written: string[] = [];
  const writer = new DurableWriter(directory, ({ path }) => void written.push(path));
  const store = new DirectoryObjectStore(writer);
  await store.put(Buffer.from('abc'), '');
  const before = written.length;
  await store.put(Buffer.from('abc'), '');
  assert.equal(written.length, before);
  assert.deepEqual(await readdir(join(directory, 'data', ABC.slice(0, 2))), [`${ABC.slice(2)}-shake128`]);
});

test('an object whose bytes were changed is refused by name', async (context) => {
  const directory = await scratch(context);
  const store = new DirectoryObjectStore(new DurableWriter(directory));
  await store.put(Buffer.from('abc'), '');
  await writeFile(join(directory, objectPath(ABC, '')), 'abd');
  await assert.rejects(store.read(ABC, ''), { code: 'bad-digest', message: new RegExp(objectPath(ABC, '')) });
});

test('an object that was cut short is written again', async (context) => {
  const directory = await scratch(context);
  const store = new DirectoryObjectStore(new DurableWriter(directory));
  await store.put(Buffer.from('abc'), '');
  await writeFile(join(directory, objectPath(ABC, '')), 'a');
  await store.put(Buffer.from('abc'), '');
  assert.deepEqual(await store.read(ABC, ''), Buffer.from('abc'));
});
