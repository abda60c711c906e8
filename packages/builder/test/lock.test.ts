import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withBuildLock } from '../src/store/lock.js';
import { withTemporary } from './temporary.js';

test('one build at a time works in a cache; another is told who holds it', async () => {
  await withTemporary(async (folder) => {
    await withBuildLock(folder, async () => {
      await assert.rejects(
        withBuildLock(folder, () => Promise.resolve()),
        { code: 'locked', message: new RegExp(`process ${process.pid}`) },
      );
      await withTemporary(async (other) => withBuildLock(other, () => Promise.resolve()));
    });
    assert.equal(await withBuildLock(folder, () => Promise.resolve('free again')), 'free again');
  });
});
