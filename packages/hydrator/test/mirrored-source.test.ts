import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { verifyLayer } from '../src/index.js';
import { fetchLayer } from '../src/cache/fetch-layer.js';
import { removeTree } from '../src/cache/remove-tree.js';
import { gatherRepeated } from '../src/commands/gather-repeated.js';
import { DepotError, objectPathsOf } from '../src/format/index.js';
import { locate } from '../src/job/locate.js';
import { MirroredSource } from '../src/source/mirrored-source.js';
import { fromAnyCopy } from '../src/source/source.js';
import { layerOf, MemorySource, storeFile } from './memory-source.js';

const scratch = await mkdtemp(join(tmpdir(), 'depotcast-mirrors-'));
after(() => removeTree(scratch));

/** The same layer in two places. */
function copies() {
  const sources = [new MemorySource(), new MemorySource()] as const;
  const pieces = [1, 2, 3].map((byte) => Buffer.alloc(50_000, byte));
  const [file] = sources.map((source) => storeFile(source, 'big', pieces));
  assert.ok(file);
  const warnings: string[] = [];
  const mirrored = new MirroredSource('memory:', sources, (message) => warnings.push(message));
  return { sources, mirrored, warnings, objects: objectPathsOf(file.content), ...layerOf([file]) };
}

test('the first copy is asked for everything while it serves', async () => {
  const { sources, mirrored, warnings, layer, listing } = copies();
  await fetchLayer(mirrored, layer, () => Promise.resolve(listing), join(scratch, 'first'));
  assert.deepEqual([sources[0].reads.length, sources[1].reads.length, warnings], [3, 0, []]);
});

test('a copy that serves wrong bytes is left for the next within a file, in one line, and not asked again', async () => {
  const { sources, mirrored, warnings, objects, layer, listing } = copies();
  sources[0].files.set(objects[1] ?? '', Buffer.from('rubbish'));
  const root = join(scratch, 'wrong');
  await fetchLayer(mirrored, layer, () => Promise.resolve(listing), root);
  assert.deepEqual(await verifyLayer(join(root, 'layers', layer.id), listing), []);
  assert.deepEqual(sources[0].reads, objects.slice(0, 2));
  assert.deepEqual(sources[1].reads, objects.slice(1));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /^memory:\/data\/.*damaged.*; going on with memory:$/);
});

test('many reads that fail at once leave one copy, not several', async () => {
  const { sources, mirrored, warnings, objects } = copies();
  sources[0].files.clear();
  await Promise.all(objects.map((path) => mirrored.read(path, 100_000)));
  assert.equal(warnings.length, 1);
});

test('where every copy fails the last failure is told, with its code', async () => {
  const { sources, mirrored, objects } = copies();
  for (const source of sources) source.files.clear();
  await assert.rejects(mirrored.read(objects[0] ?? '', 1), { code: 'not-found' });
});

test('an error that no other copy could mend goes through', async () => {
  const { mirrored, warnings } = copies();
  const fail = () => fromAnyCopy(mirrored, () => Promise.reject(new DepotError('storage', 'full')));
  await assert.rejects(fail, { code: 'storage' });
  assert.deepEqual(warnings, []);
});

test('a directory that is away is left for the mirrors, and still names the repository', async () => {
  const warnings: string[] = [];
  const away = join(scratch, 'away');
  const location = await locate(away, ['https://mirror.example.org'], (message) => warnings.push(message));
  assert.deepEqual([location.kind, location.source.location], ['repository', away]);
  assert.match(warnings[0] ?? '', /going on with https:\/\/mirror\.example\.org/);
});

test('mirrors are taken together, however they are given, and nothing else moves into them', () => {
  const gather = (line: string): string => gatherRepeated(line.split(' '), '--mirror').join(' ');
  assert.equal(
    gather('fetch --mirror a --repo r --mirror b c --json'),
    'fetch --repo r --json --mirror a b c',
  );
  assert.equal(gather('fetch --mirror=a --repo r --mirror=b'), 'fetch --repo r --mirror a b');
  assert.equal(gather('fetch --repo r'), 'fetch --repo r');
  assert.equal(gather('fetch --mirror'), 'fetch --mirror');
});
