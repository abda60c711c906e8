import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '@depotcast/hydrator/format';
import fc from 'fast-check';
import { storeLayerCatalogs } from '../src/cvmfs/write/layer-catalogs.js';
import {
  directory,
  fakeHash,
  file,
  LAYER,
  LAYER_ROOT,
  link,
  listing,
  MemoryRepository,
  readBack,
} from './cvmfs-fixture.js';

const EVERYTHING = listing(
  directory('bin'),
  file('bin/run', { executable: true }),
  link('bin/julia', '../lib/julia'),
  directory('lib'),
  directory('lib/julia'),
  file('lib/julia/empty', { pieces: [0] }),
  file('lib/julia/packed.gz', { raw: true }),
  file('lib/julia/sys.so', { pieces: [16_000_000, 9_000_000, 1] }),
  file('lib/julia/α β \u{1f600}.jl'),
  file(`lib/${'n'.repeat(255)}`),
);

test('every kind of entry is read back as it was written', async () => {
  const repository = new MemoryRepository();
  const { entries, problems } = await readBack(
    repository,
    await storeLayerCatalogs(LAYER, EVERYTHING, repository.storeCatalog),
  );
  assert.deepEqual(problems, []);
  const at = (path: string) => {
    const entry = entries.get(`${LAYER_ROOT}/${path}`);
    assert.ok(entry, path);
    return entry;
  };
  assert.deepEqual([at('bin/run').permissions, at('lib/julia/sys.so').permissions], [0o555, 0o444]);
  assert.equal(at('bin/julia').target, '../lib/julia');
  assert.deepEqual([at('lib').permissions, at('lib').links], [0o555, 3]);
  assert.equal(at('lib/julia/empty').hash, `${fakeHash('lib/julia/empty 0')}-shake128`);
  assert.deepEqual([at('lib/julia/packed.gz').raw, at('bin/run').raw], [true, false]);
  assert.deepEqual(
    at('lib/julia/sys.so').chunks.map(({ offset, size }) => [offset, size]),
    [
      [0, 16_000_000],
      [16_000_000, 9_000_000],
      [25_000_000, 1],
    ],
  );
  assert.ok(at('.cvmfscatalog').hidden);
  assert.equal(entries.size, EVERYTHING.length + 2);
});

test('equal layers have equal catalogs, whatever was made before them', async () => {
  const digests: string[] = [];
  const store = (bytes: Uint8Array) => {
    digests.push(digestOf(bytes));
    return Promise.resolve(fakeHash('a catalog'));
  };
  await storeLayerCatalogs(LAYER, EVERYTHING, store);
  await storeLayerCatalogs(LAYER, EVERYTHING, store);
  assert.equal(digests[0], digests[1]);
  // A change here gives every layer another catalog than before, and every client fetches it anew: never by accident.
  assert.equal(digests[0], '529bf21e13e00c2baffdc37d332cffed4a1884ba170c3693d77699b4245efd8a');
});

test('the size of a catalog is limited by splitting off the largest directories', async () => {
  const many = (path: string, count: number) => [
    directory(path),
    ...Array.from({ length: count }, (_, index) => file(`${path}/${index}`)),
  ];
  const entries = listing(
    ...many('a', 8),
    ...many('a/deep', 7),
    ...many('b', 4),
    ...many('c', 1),
    file('top'),
  );
  const repository = new MemoryRepository();
  const own = await storeLayerCatalogs(LAYER, entries, repository.storeCatalog, 10);
  const { catalogs, problems, totals, entries: found } = await readBack(repository, own);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    catalogs.map((path) => path.slice(LAYER_ROOT.length)),
    ['', '/a', '/a/deep'],
  );
  assert.equal(found.size, entries.length + 1 + catalogs.length);
  assert.equal(totals?.get('regular'), 8 + 7 + 4 + 1 + 1 + catalogs.length);
  assert.equal(own.total.regular, totals.get('regular'));
});

test('any tree and any limit give sound catalogs that hold the whole tree', async () => {
  const name = fc.constantFrom('a', 'b', 'a.b', 'é', '-', 'Z');
  const paths = fc.uniqueArray(fc.array(name, { minLength: 1, maxLength: 5 }), { maxLength: 40 });
  const check = async (names: string[][], limit: number) => {
    const all = new Set(names.flatMap((parts) => parts.map((_, end) => parts.slice(0, end + 1).join('/'))));
    const parents = new Set([...all].map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))));
    const entries = [...all].map((path) => (parents.has(path) ? directory(path) : file(path)));
    const repository = new MemoryRepository();
    const own = await storeLayerCatalogs(LAYER, listing(...entries), repository.storeCatalog, limit);
    const { entries: found, problems, catalogs } = await readBack(repository, own);
    assert.deepEqual(problems, []);
    assert.equal(found.size, entries.length + 1 + catalogs.length);
  };
  await fc.assert(fc.asyncProperty(paths, fc.integer({ min: 1, max: 12 }), check), { numRuns: 20 });
});
