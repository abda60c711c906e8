import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { type CachedLayer, noteSize, takeInventory } from '../src/cache/inventory.js';
import { Lease, readLeases } from '../src/cache/lease.js';
import { makeRoom } from '../src/cache/make-room.js';
import { nodeFiles, unfinished } from '../src/cache/node-files.js';
import { planEviction } from '../src/cache/plan-eviction.js';
import { removeTree } from '../src/cache/remove-tree.js';
import { gc } from '../src/commands/gc.js';
import { type LayerId, renderJson } from '../src/format/index.js';
import { identityOf, linuxProcesses } from '../src/lock/process-identity.js';

const scratch = await mkdtemp(join(tmpdir(), 'depotcast-node-cache-'));
after(() => removeTree(scratch));

const NOW = Date.now();
const DAY = 24 * 3600 * 1000;
const id = (digit: number): LayerId => `sources-${`${digit}`.repeat(32)}` as LayerId;
const context = {
  env: {},
  job: [],
  directories: {},
  print: () => undefined,
  note: () => undefined,
  exitWith: () => undefined,
};

/** A cache with layers of 1000 bytes; the first was used the day before, the second two days before, and so on. */
async function cacheWith(count: number): Promise<string> {
  const root = await mkdtemp(join(scratch, 'root-'));
  for (let digit = 1; digit <= count; digit++) {
    const layer = join(root, 'layers', id(digit));
    await mkdir(layer, { recursive: true });
    await writeFile(join(layer, 'file'), Buffer.alloc(1000), { mode: 0o444 });
    await noteSize(root, id(digit), 1000);
    await chmod(layer, 0o555);
    const used = (NOW - digit * DAY) / 1000;
    await utimes(join(root, nodeFiles.size(id(digit))), used, used);
  }
  return root;
}

const layersIn = async (root: string): Promise<string[]> => (await readdir(join(root, 'layers'))).sort();

async function withProcess<T>(action: (child: ChildProcess & { pid: number }) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  try {
    return await action(child as ChildProcess & { pid: number });
  } finally {
    child.kill('SIGKILL');
  }
}

test('what goes is the least recently used of what nobody uses, and no more than must', () => {
  const layers = fc.array(
    fc.record({
      root: fc.constant('/r'),
      id: fc.nat(9).map(id),
      bytes: fc.nat(100),
      lastUsed: fc.nat(1000),
      holders: fc.boolean().map((isUsed) => (isUsed ? [{} as CachedLayer['holders'][number]] : [])),
      isLocked: fc.boolean(),
    }),
  );
  const size = (some: readonly CachedLayer[]): number => some.reduce((sum, { bytes }) => sum + bytes, 0);
  fc.assert(
    fc.property(layers, fc.nat(1000), fc.nat(100), (all, quota, needed) => {
      const { evicted, excess } = planEviction(all, quota, needed);
      const stay = all.filter((layer) => !evicted.includes(layer));
      assert.ok(evicted.every(({ holders, isLocked }) => holders.length === 0 && !isLocked));
      assert.equal(excess, Math.max(0, size(stay) + needed - quota));
      const free = stay.filter(({ holders, isLocked }) => holders.length === 0 && !isLocked);
      if (excess > 0) assert.deepEqual(free, [], 'nothing more could go');
      const last = evicted.at(-1);
      if (last === undefined) return;
      assert.ok(size(stay) + last.bytes + needed > quota, 'the last one had to go');
      assert.ok(free.every(({ lastUsed }) => lastUsed >= last.lastUsed));
    }),
  );
});

test('gc without a quota removes no layer, with one the least recently used', async () => {
  const root = await cacheWith(4);
  assert.deepEqual((await gc({ cache: root }, context, NOW)).removed, []);
  const { removed, kept } = await gc({ cache: root, quota: '2.5 kB' }, context, NOW);
  assert.deepEqual(
    removed.map(({ layer }) => layer),
    [id(4), id(3)],
  );
  assert.deepEqual(await layersIn(root), [id(1), id(2)]);
  assert.deepEqual(
    kept.map(({ layer, bytes }) => [layer, bytes]),
    [
      [id(1), 1000],
      [id(2), 1000],
    ],
  );
});

test('a layer with a lease of a running process stays, whatever the quota, and goes once the process is gone', async () => {
  const root = await cacheWith(3);
  await withProcess(async (child) => {
    await Lease.take(root, [id(3)], [child.pid]);
    const { kept } = await gc({ cache: root, quota: '0' }, context, NOW);
    assert.deepEqual(
      kept.map(({ layer, usedBy }) => [layer, usedBy]),
      [[id(3), [`${child.pid}@${linuxProcesses.host}`]]],
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const { removed, leases } = await gc({ cache: root, quota: '0' }, context, NOW);
  assert.deepEqual([removed.map(({ layer }) => layer), leases], [[id(3)], 1]);
  assert.deepEqual(await readdir(join(root, nodeFiles.leases)), []);
});

test('a lease lasts as long as any of its processes, and until it is released', async () => {
  const root = await cacheWith(1);
  await withProcess(async (child) => {
    const lease = await Lease.take(root, [id(1)], [child.pid]);
    await lease.add([process.pid]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.deepEqual(
      (await readLeases(root, NOW)).map(({ isAlive }) => isAlive),
      [true],
    );
    await lease.release();
    assert.deepEqual(await readLeases(root, NOW), []);
  });
});

test('a lease from another host counts for two weeks, one from before the last boot not at all', async () => {
  const root = await cacheWith(1);
  const lease = await Lease.take(root, [id(1)], [process.pid]);
  const life = async (change: object, now: number): Promise<boolean | undefined> => {
    const processes = { ...linuxProcesses, ...change };
    return (await readLeases(root, now, processes))[0]?.isAlive;
  };
  const reboot = { boot: () => Promise.resolve('another boot') };
  const elsewhere = { ...reboot, host: 'elsewhere' };
  assert.equal(await life({}, NOW + 100 * DAY), true);
  assert.equal(await life(reboot, NOW), false);
  assert.equal(await life(elsewhere, NOW + 13 * DAY), true);
  assert.equal(await life(elsewhere, NOW + 15 * DAY), false);
  await lease.release();
});

test('what is no lease is passed over: links, folders, rubbish, and files of any other name', async () => {
  const root = await cacheWith(1);
  const lease = await Lease.take(root, [id(1)], [process.pid]);
  const leases = join(root, nodeFiles.leases);
  const [name = ''] = await readdir(leases);
  await symlink(name, join(leases, `${'a'.repeat(24)}.json`));
  await mkdir(join(leases, `${'b'.repeat(24)}.json`));
  await writeFile(join(leases, `${'c'.repeat(24)}.json`), '{"format": "depotcast-lease/1"}');
  await writeFile(join(leases, 'note.txt'), 'hello');
  assert.equal((await readLeases(root, NOW)).length, 1);
  await lease.release();
});

test(
  'a lease can be taken by every user of a cache that root fills',
  { skip: process.getuid?.() !== 0 && 'needs root' },
  async () => {
    const root = await cacheWith(1);
    await (await Lease.take(root, [id(1)], [process.pid])).release();
    assert.equal((await stat(join(root, nodeFiles.leases))).mode & 0o7777, 0o1777);
  },
);

test('a newcomer makes room for itself, and its place is taken before it is there', async () => {
  const root = await cacheWith(3);
  const newcomer = { root, id: id(8), bytes: 1500 };
  assert.deepEqual(
    (await makeRoom(root, newcomer, 4000, NOW)).map((layer) => layer.id),
    [id(3)],
  );
  await writeFile(join(root, nodeFiles.lock(id(8))), '');
  const sizes = (await takeInventory([root], NOW)).map((layer) => [layer.id, layer.bytes]);
  assert.deepEqual(sizes.sort(), [
    [id(1), 1000],
    [id(2), 1000],
    [id(8), 1500],
  ]);
});

test('where all is in use a newcomer is refused, and nothing goes for nothing', async () => {
  const root = await cacheWith(3);
  const lease = await Lease.take(root, [id(1), id(2)], [process.pid]);
  await assert.rejects(makeRoom(root, { root, id: id(8), bytes: 1500 }, 3000, NOW), {
    code: 'storage',
    message: /sources-8+ needs 1\.5 KiB, but of the quota of 2\.9 KiB running jobs use 2\.0 KiB/,
  });
  assert.deepEqual(await layersIn(root), [id(1), id(2), id(3)]);
  await lease.release();
});

test('gc removes what a killed fetch left at once, and leaves alone what a running one has', async () => {
  const root = await cacheWith(1);
  const left = (digit: number): string => `${unfinished(id(digit))}abc`;
  await mkdir(join(root, 'layers', left(5)));
  await mkdir(join(root, 'layers', left(6)));
  await mkdir(join(root, nodeFiles.locks), { recursive: true });
  const lock = async (digit: number, pid: number, started?: string): Promise<void> => {
    const holder = { ...(await identityOf(pid, linuxProcesses)), ...(started !== undefined && { started }) };
    const text = renderJson({ format: 'depotcast-lock/1', token: `${digit}`, ...holder });
    await writeFile(join(root, nodeFiles.lock(id(digit))), text);
  };
  await lock(5, process.pid, '1');
  await lock(6, process.pid);
  const report = await gc({ cache: root }, context, NOW);
  assert.deepEqual(report.unfinished, [id(5)]);
  assert.deepEqual(await layersIn(root), [left(6), id(1)].sort());
  assert.deepEqual(await readdir(join(root, nodeFiles.locks)), [id(6)]);
});

test('gc of what is no cache says so, and what to name', async () => {
  await assert.rejects(gc({ cache: join(scratch, 'nothing') }, context), {
    code: 'not-found',
    hint: /--into/,
  });
});

test('layers that an older version fetched, without a note of their size, are measured', async () => {
  const root = await cacheWith(2);
  await removeTree(join(root, nodeFiles.sizes));
  assert.deepEqual(
    (await takeInventory([root], NOW)).map(({ bytes }) => bytes),
    [1000, 1000],
  );
});
