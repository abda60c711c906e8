import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { layerIdOf } from '@depotcast/hydrator/format';
import type { Stage } from '../src/plan/stage.js';
import { countCaches } from '../src/stages/caches.js';
import { runStages } from '../src/stages/run-stages.js';

function stage(id: string, needs: readonly string[] = []): Stage {
  const layer = layerIdOf('sources', {});
  return { kind: 'sources', id, needs, environment: 'e', layer, environments: ['e'], bytes: 0 };
}

const DIAMOND = [stage('a'), stage('b', ['a']), stage('c', ['a']), stage('d', ['b', 'c'])];

test('a stage runs after those that it needs, and no more run at once than there are jobs', async () => {
  for (const jobs of [1, 2, 4]) {
    const log: string[] = [];
    let running = 0;
    await runStages(
      DIAMOND,
      jobs,
      async ({ id, needs }) => {
        running += 1;
        assert.ok(running <= jobs);
        assert.ok(needs.every((need) => log.includes(need)));
        await setImmediate();
        log.push(id);
        running -= 1;
      },
      () => undefined,
    );
    assert.equal(log.length, DIAMOND.length);
  }
});

test('the first failure stops the rest, and is thrown when nothing runs any more', async () => {
  const log: string[] = [];
  const aborted: unknown[] = [];
  const failure = new Error('b fails');
  const run = async ({ id }: Stage): Promise<void> => {
    if (id === 'b') throw failure;
    await setImmediate();
    log.push(id);
  };
  await assert.rejects(
    runStages(DIAMOND, 2, run, (reason) => aborted.push(reason)),
    failure,
  );
  assert.deepEqual(aborted, [failure]);
  assert.deepEqual(log, ['a', 'c']);
});

test('a package has one cache; extensions of one name are of different packages', () => {
  const entries = [
    'v1.10',
    'v1.10/Ext/aaaaa_11111.ji',
    'v1.10/Ext/aaaaa_11111.so',
    'v1.10/Ext/bbbbb_11111.ji',
  ];
  assert.equal(countCaches(entries, '/l'), 2);
  assert.throws(() => countCaches([...entries, 'v1.10/Ext/bbbbb_22222.ji'], '/l'), {
    code: 'build-failed',
    message: /^\/l\/v1\.10\/Ext\/bbbbb: expected one cache/,
  });
});
