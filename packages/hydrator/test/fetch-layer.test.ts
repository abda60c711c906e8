import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { verifyLayer } from '../src/index.js';
import { fetchLayer } from '../src/cache/fetch-layer.js';
import { nodeFiles, unfinished } from '../src/cache/node-files.js';
import { removeTree } from '../src/cache/remove-tree.js';
import { DepotError, objectPathsOf, renderJson } from '../src/format/index.js';
import { identityOf, linuxProcesses } from '../src/lock/process-identity.js';
import { directory, layerOf, link, MemorySource, storeFile } from './memory-source.js';

const scratch = await mkdtemp(join(tmpdir(), 'depotcast-fetch-'));
after(() => removeTree(scratch));

async function example() {
  const source = new MemorySource();
  const big = storeFile(source, 'big', [
    Buffer.alloc(100_000, 1),
    Buffer.alloc(100_000, 2),
    Buffer.alloc(50_000, 3),
  ]);
  const small = storeFile(source, 'bin/small', [Buffer.from('small')], { executable: true });
  const twin = storeFile(source, 'bin/twin', [Buffer.from('small')]);
  const { layer, listing } = layerOf([big, small, twin, directory('bin'), link('bin/again', '../big')]);
  const root = await mkdtemp(join(scratch, 'root-'));
  const final = join(root, 'layers', layer.id);
  const fetch = () => fetchLayer(source, layer, () => Promise.resolve(listing), root);
  return { source, big, small, layer, listing, root, final, fetch };
}
type Example = Awaited<ReturnType<typeof example>>;

/** Makes it look as if a fetch had been killed: `spoil` changes what it left. */
async function leaveUnfinished(
  { final, layer, fetch }: Example,
  spoil: (left: string) => Promise<void>,
): Promise<void> {
  await fetch();
  const left = join(dirname(final), `${unfinished(layer.id)}left`);
  await rename(final, left);
  for (const path of ['', 'bin']) await chmod(join(left, path), 0o755);
  await spoil(left);
}

async function expectWhole({ final, listing, root, layer }: Example): Promise<void> {
  assert.deepEqual(await verifyLayer(final, listing), []);
  assert.deepEqual(await readdir(join(root, 'layers')), [layer.id], 'nothing unfinished is left');
  assert.deepEqual(await readdir(join(root, nodeFiles.locks)), [], 'no lock is left');
}

test('of many that fetch one layer at once one does, and reads each object once', async () => {
  const given = await example();
  const fetched = await Promise.all(Array.from({ length: 20 }, given.fetch));
  assert.equal(fetched.filter(Boolean).length, 1);
  assert.equal(new Set(given.source.reads).size, given.source.reads.length, given.source.reads.join(' '));
  await expectWhole(given);
});

test('what a killed fetch had complete is not read again', async () => {
  const given = await example();
  await leaveUnfinished(given, async (left) => {
    await chmod(join(left, 'big'), 0o600);
    await truncate(join(left, 'big'), 150_000);
  });
  given.source.reads.length = 0;
  assert.equal(await given.fetch(), true);
  assert.deepEqual(given.source.reads, objectPathsOf(given.big.content).slice(1));
  await expectWhole(given);
});

test('what a killed fetch has left is not believed', async () => {
  const given = await example();
  await leaveUnfinished(given, async (left) => {
    for (const [path, content] of [
      ['big', 'x'.repeat(150_000)],
      ['bin/small', 'smell'],
    ] as const) {
      await chmod(join(left, path), 0o600);
      await writeFile(join(left, path), content);
    }
    await writeFile(join(left, 'extra'), '');
  });
  assert.equal(await given.fetch(), true);
  await expectWhole(given);
});

test('a layer that is whole is found without a lock, and one behind a lock is waited for', async () => {
  const given = await example();
  await given.fetch();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const holder = await identityOf(child.pid ?? 0, linuxProcesses);
  const lock = { format: 'depotcast-lock/1', token: 'another', ...holder };
  await mkdir(join(given.root, nodeFiles.locks), { recursive: true });
  await writeFile(join(given.root, nodeFiles.lock(given.layer.id)), renderJson(lock));
  let isDone = false;
  const waiting = new Promise<number>((resolve) => {
    const options = {
      onWait: ({ pid }: { readonly pid: number }) => {
        assert.equal(isDone, false);
        resolve(pid);
      },
    };
    const { source, layer, listing, root } = given;
    void fetchLayer(source, layer, () => Promise.resolve(listing), root, options).then(() => {
      isDone = true;
    });
  });
  assert.equal(await waiting, child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(await given.fetch(), false);
  await expectWhole(given);
});

test('a lost connection leaves what is complete for the next attempt; a damaged object leaves nothing', async () => {
  const given = await example();
  const [, second = ''] = objectPathsOf(given.big.content);
  const stream = given.source.stream.bind(given.source);
  given.source.stream = (path) =>
    path === second ? Promise.reject(new DepotError('unreachable', 'gone')) : stream(path);
  await assert.rejects(given.fetch(), { code: 'unreachable' });
  const [left = ''] = await readdir(join(given.root, 'layers'));
  assert.equal((await stat(join(given.root, 'layers', left, 'big'))).size, 100_000);

  given.source.stream = stream;
  const good = given.source.files.get(second) ?? Buffer.of();
  given.source.files.set(second, Buffer.from('rubbish'));
  await assert.rejects(given.fetch(), { code: 'bad-digest' });
  assert.deepEqual(await readdir(join(given.root, 'layers')), []);

  given.source.files.set(second, good);
  await given.fetch();
  await expectWhole(given);
  assert.equal(await readFile(join(given.final, 'bin/twin'), 'utf8'), 'small');
});
