import assert from 'node:assert/strict';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { withLock } from '../src/repository/lock.js';
import { scratch } from './repository-fixture.js';

const succeed = () => Promise.resolve('done');

test('one process at a time may write a repository', async (context) => {
  const directory = await scratch(context);
  await mkdir(join(directory, '.depot'));
  await withLock(directory, async () => {
    const message = new RegExp(`held by process ${process.pid} on `);
    await assert.rejects(withLock(directory, succeed), { code: 'locked', message, hint: /remove/ });
  });
  assert.equal(await withLock(directory, succeed), 'done');
});

test('a lock is not taken where there is no repository, and nothing is made there', async (context) => {
  const directory = await scratch(context);
  await assert.rejects(withLock(directory, succeed), { code: 'not-found' });
  assert.deepEqual(await readdir(directory), []);
});
