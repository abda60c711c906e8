import assert from 'node:assert/strict';
import { lstat, mkdtemp, readdir, readFile, readlink, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { materialiseLayer, verifyLayer } from '../src/index.js';
import { removeTree } from '../src/cache/remove-tree.js';
import { DepotError, objectPathsOf } from '../src/format/index.js';
import { directory, layerOf, link, MemorySource, storeFile } from './memory-source.js';

const scratch = await mkdtemp(join(tmpdir(), 'depotcast-materialise-'));
after(() => removeTree(scratch));

async function example() {
  const source = new MemorySource();
  const files = [
    storeFile(source, 'bin/run', [Buffer.from('#!/bin/sh\n')], { executable: true }),
    storeFile(source, 'big', [Buffer.alloc(100_000, 1), Buffer.alloc(100_000, 2)]),
    storeFile(source, 'empty', [Buffer.of()]),
    storeFile(source, 'with space and ü', [Buffer.from('x')]),
  ];
  const { layer, listing } = layerOf([
    ...files,
    directory('bin'),
    directory('void'),
    link('bin/again', '../big'),
  ]);
  const root = await mkdtemp(join(scratch, 'root-'));
  const final = join(root, 'layers', layer.id);
  return { source, files, layer, listing, root, final, readListing: () => Promise.resolve(listing) };
}

test('a layer appears with its exact content, modes, links and times', async () => {
  const { source, layer, listing, root, final, readListing } = await example();
  assert.equal(await materialiseLayer(source, layer, readListing, root), true);
  assert.deepEqual(await verifyLayer(final, listing), []);
  assert.equal(await readFile(join(final, 'big'), 'latin1'), '\x01'.repeat(100_000) + '\x02'.repeat(100_000));
  assert.equal(await readlink(join(final, 'bin/again')), '../big');
  const modes = { '': 0o555, void: 0o555, 'bin/run': 0o555, big: 0o444 };
  for (const [path, mode] of Object.entries(modes)) {
    const stats = await lstat(join(final, path));
    assert.equal(stats.mode & 0o7777, mode, path);
    assert.equal(stats.mtimeMs, 1000, path);
  }
  assert.equal((await lstat(join(final, 'bin/again'))).mtimeMs, 1000);
});

test('a layer that is there is not read again', async () => {
  const { source, layer, root, readListing } = await example();
  await materialiseLayer(source, layer, readListing, root);
  source.reads.length = 0;
  assert.equal(
    await materialiseLayer(source, layer, () => Promise.reject(new Error('unwanted')), root),
    false,
  );
  assert.deepEqual(source.reads, []);
});

test('a damaged object leaves no layer and no litter behind', async () => {
  const { source, files, layer, root, final, readListing } = await example();
  const [, big] = files;
  assert.ok(big);
  source.files.set(objectPathsOf(big.content)[1] ?? '', Buffer.from('rubbish'));
  await assert.rejects(
    materialiseLayer(source, layer, readListing, root),
    (error) => error instanceof DepotError && error.code === 'bad-digest',
  );
  await assert.rejects(lstat(final), { code: 'ENOENT' });
  assert.deepEqual(await readdir(join(root, 'layers')), []);
});

test('a damaged object among thousands is told as such, and leaves nothing behind', async () => {
  const { source, root } = await example();
  const files = Array.from({ length: 3000 }, (_, i) =>
    storeFile(source, `f${i}`, [Buffer.from(`content ${i}`)]),
  );
  const { layer, listing } = layerOf(files);
  source.files.set(
    objectPathsOf(files[40]?.content ?? { compression: 'raw', pieces: [] })[0] ?? '',
    Buffer.from('rubbish'),
  );
  await assert.rejects(
    materialiseLayer(source, layer, () => Promise.resolve(listing), root),
    (error) => error instanceof DepotError && error.code === 'bad-digest',
  );
  assert.deepEqual(await readdir(join(root, 'layers')), []);
});

test('of several that unpack one layer at once all succeed and one layer stands', async () => {
  const { source, layer, listing, root, final, readListing } = await example();
  await Promise.all(Array.from({ length: 8 }, () => materialiseLayer(source, layer, readListing, root)));
  assert.deepEqual(await readdir(join(root, 'layers')), [layer.id]);
  assert.deepEqual(await verifyLayer(final, listing), []);
});

type Harm = (final: string) => Promise<void>;
const HARMS: readonly [what: string, harm: Harm, pattern: RegExp][] = [
  [
    'a changed byte',
    async (final) => {
      await chmod(join(final, 'big'), 0o644);
      await writeFile(join(final, 'big'), 'x'.repeat(200_000));
      await chmod(join(final, 'big'), 0o444);
    },
    /big: expected SHA-256/,
  ],
  [
    'a missing file',
    async (final) => {
      await removeTree(join(final, 'void'));
    },
    /void: missing/,
  ],
  [
    'an extra file',
    async (final) => {
      await writeFile(join(final, 'void/extra'), '');
    },
    /void\/extra: not in the listing/,
  ],
  [
    'a set-id bit',
    async (final) => {
      await chmod(join(final, 'bin/run'), 0o4555);
    },
    /bin\/run: mode 4555/,
  ],
  [
    'a lost exec bit',
    async (final) => {
      await chmod(join(final, 'bin/run'), 0o444);
    },
    /bin\/run: wrong executable bit/,
  ],
];
for (const [what, harm, pattern] of HARMS) {
  test(`verification finds ${what} and names it`, async () => {
    const { source, layer, listing, root, final, readListing } = await example();
    await materialiseLayer(source, layer, readListing, root);
    for (const path of ['', 'void', 'bin']) await chmod(join(final, path), 0o755);
    await harm(final);
    const differences = await verifyLayer(final, listing);
    assert.equal(differences.length, 1);
    assert.match(differences[0] ?? '', pattern);
  });
}
