import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findOrMake } from '../src/lock/find-or-make.js';
import { takeLock } from '../src/lock/lock-file.js';

async function heldLock(context: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'depotcast-wait-'));
  context.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'lock');
  const lock = await takeLock(file);
  assert.ok('release' in lock);
  return { file, release: () => lock.release() };
}

const unexpected = () => Promise.reject(new Error('made, though another holds the lock'));

test('who waits looks soon at first, then four times a second, and finds what the other has made', async (context) => {
  const { file, release } = await heldLock(context);
  const pauses: number[] = [];
  const told: number[] = [];
  const pause = async (milliseconds: number) => {
    pauses.push(milliseconds);
    if (pauses.length === 20) await release();
  };
  const onWait = ({ pid }: { pid: number }) => told.push(pid);
  const find = () => Promise.resolve('made');
  assert.equal(await findOrMake(file, find, unexpected, { pause, onWait }), 'made');
  assert.deepEqual(told, [process.pid], 'told once who has the lock');
  assert.equal(pauses.length, 20, 'looks no more once it is there');
  assert.ok((pauses[0] ?? Infinity) <= 10);
  assert.deepEqual([Math.max(...pauses), pauses.at(-1)], [250, 250]);
});

test('what the other did not make is made by who waited', async (context) => {
  const { file, release } = await heldLock(context);
  const make = () => Promise.resolve('made here');
  assert.equal(
    await findOrMake(file, () => Promise.resolve(undefined), make, { pause: release }),
    'made here',
  );
});
