import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { WorkPool } from '../src/objects/work-pool.js';

/** A task that ends when it is told to. */
function controlled() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { task: () => ended, end };
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  await turn();
  return (await Promise.race([promise.catch(() => undefined), Promise.resolve(pending)])) === pending;
}

test('room is given in the order of asking, as tasks end', async () => {
  const pool = new WorkPool({ concurrency: 4, maxBytes: 10 });
  const first = controlled();
  await pool.reserve(8);
  void pool.run(8, first.task);
  const second = pool.reserve(6);
  const third = pool.reserve(1);
  assert.deepEqual([await isPending(second), await isPending(third)], [true, true]);
  first.end();
  await Promise.all([second, third]);
});

test('a task larger than the whole budget runs alone', async () => {
  const pool = new WorkPool({ concurrency: 4, maxBytes: 10 });
  await pool.reserve(100);
  const next = pool.reserve(1);
  assert.equal(await isPending(next), true);
  await pool.run(100, () => Promise.resolve());
  await next;
});

test("a reader learns of a task's failure when it asks for room", async () => {
  const pool = new WorkPool({ concurrency: 1, maxBytes: 10 });
  await pool.reserve(1);
  await assert.rejects(
    pool.run(1, () => Promise.reject(new Error('disk full'))),
    /disk full/,
  );
  await assert.rejects(pool.reserve(1), /disk full/);
});
