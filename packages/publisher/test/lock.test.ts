import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { renderJson, repository } from '@depotcast/hydrator/format';
import { withLock } from '../src/repository/lock.js';
import {
  identityOf,
  linuxProcesses,
  parseStart,
  type ProcessIdentity,
} from '../src/repository/process-identity.js';
import { scratch } from './repository-fixture.js';

async function emptyRepository(context: TestContext): Promise<string> {
  const directory = await scratch(context);
  await mkdir(join(directory, '.depot'));
  return directory;
}

async function plantLock(directory: string, holder: ProcessIdentity): Promise<void> {
  const lock = { format: 'depotcast-lock/1', token: 'planted', ...holder };
  await writeFile(join(directory, repository.lock), renderJson(lock));
}

const succeed = () => Promise.resolve('done');
const myself = () => identityOf(process.pid, linuxProcesses);

describe('a lock', () => {
  test('is held while the action runs, and gone after it', async (context) => {
    const directory = await emptyRepository(context);
    const during = await withLock(directory, () => readdir(join(directory, '.depot')));
    assert.deepEqual([during, await readdir(join(directory, '.depot'))], [['lock'], []]);
  });

  test('is gone also after an action that failed', async (context) => {
    const directory = await emptyRepository(context);
    await assert.rejects(
      withLock(directory, () => Promise.reject(new Error('action'))),
      /action/,
    );
    assert.equal(await withLock(directory, succeed), 'done');
  });

  test('is not taken where there is no repository, and nothing is made there', async (context) => {
    const directory = await scratch(context);
    await assert.rejects(withLock(directory, succeed), { code: 'not-found' });
    assert.deepEqual(await readdir(directory), []);
  });

  test('lets one in of many that come at once', async (context) => {
    const directory = await emptyRepository(context);
    const attempts = Array.from({ length: 8 }, () => withLock(directory, succeed));
    const outcomes = await Promise.allSettled(attempts);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    assert.ok(refused.length < 8);
    assert.ok(refused.every(({ reason }) => (reason as { code: string }).code === 'locked'));
  });
});

describe('a lock left behind', () => {
  test('by a process that has ended is taken over', async (context) => {
    const directory = await emptyRepository(context);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const holder = await identityOf(child.pid ?? 0, linuxProcesses);
    await plantLock(directory, holder);
    await assert.rejects(withLock(directory, succeed), { code: 'locked' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(await withLock(directory, succeed), 'done');
    assert.deepEqual(await readdir(join(directory, '.depot')), []);
  });

  const cases: [string, Partial<ProcessIdentity>, boolean][] = [
    ['by a process whose id another one has now', { started: '1' }, true],
    ['before the last boot', { boot: 'another boot' }, true],
    ['by this very process', {}, false],
    ['on another host', { host: 'elsewhere', boot: 'another boot', pid: 1 }, false],
  ];
  for (const [name, change, isFree] of cases) {
    test(`${name} is ${isFree ? 'taken over' : 'respected'}`, async (context) => {
      const directory = await emptyRepository(context);
      const holder = { ...(await myself()), ...change };
      await plantLock(directory, holder);
      if (isFree) assert.equal(await withLock(directory, succeed), 'done');
      else {
        const message = new RegExp(`held by process ${holder.pid} on ${holder.host}`);
        await assert.rejects(withLock(directory, succeed), { code: 'locked', message, hint: /remove/ });
      }
    });
  }

  test('is taken over by one of many', async (context) => {
    const directory = await emptyRepository(context);
    await plantLock(directory, { ...(await myself()), started: '1' });
    let inside = 0;
    const attempts = Array.from({ length: 8 }, () =>
      withLock(directory, async () => {
        inside += 1;
        await readFile(join(directory, repository.lock));
        assert.equal(inside, 1);
        inside -= 1;
      }),
    );
    const outcomes = await Promise.allSettled(attempts);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal((outcome.reason as { code: string }).code, 'locked');
    }
    assert.equal(await withLock(directory, succeed), 'done');
  });
});

describe('the start time of a process', () => {
  const fields = (state: string) =>
    `7 (a) b) ${state} ${Array.from({ length: 18 }, (_, i) => i).join(' ')} 4711 9`;
  test('is field 22, whatever the command is called', () => {
    assert.equal(parseStart(fields('S')), '4711');
  });
  test('of one that only waits to be collected is none', () => {
    assert.equal(parseStart(fields('Z')), undefined);
  });
});
