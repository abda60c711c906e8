import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { renderJson } from '../src/format/index.js';
import { Heartbeats } from '../src/lock/heartbeats.js';
import { type LockOptions, withLockFile } from '../src/lock/lock-file.js';
import {
  identityOf,
  linuxProcesses,
  parseStart,
  type ProcessIdentity,
  type ProcessTable,
} from '../src/lock/process-identity.js';

async function emptyFolder(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'depotcast-lock-'));
  context.after(() => rm(directory, { recursive: true }));
  return directory;
}

const lockIn = (directory: string): string => join(directory, 'lock');
const withLock = <T>(directory: string, action: () => Promise<T>, options?: LockOptions): Promise<T> =>
  withLockFile(lockIn(directory), action, options);

async function plantLock(directory: string, holder: ProcessIdentity): Promise<void> {
  const lock = { format: 'depotcast-lock/1', token: 'planted', ...holder };
  await writeFile(lockIn(directory), renderJson(lock));
}

const succeed = () => Promise.resolve('done');
const myself = () => identityOf(process.pid, linuxProcesses);

describe('a lock', () => {
  test('is held while the action runs, and gone after it', async (context) => {
    const directory = await emptyFolder(context);
    const during = await withLock(directory, () => readdir(directory));
    assert.deepEqual([during, await readdir(directory)], [['lock'], []]);
  });

  test('is gone also after an action that failed', async (context) => {
    const directory = await emptyFolder(context);
    await assert.rejects(
      withLock(directory, () => Promise.reject(new Error('action'))),
      /action/,
    );
    assert.equal(await withLock(directory, succeed), 'done');
  });

  test('lets one in of many that come at once', async (context) => {
    const directory = await emptyFolder(context);
    const attempts = Array.from({ length: 8 }, () => withLock(directory, succeed));
    const outcomes = await Promise.allSettled(attempts);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    assert.ok(refused.length < 8);
    assert.ok(refused.every(({ reason }) => (reason as { code: string }).code === 'locked'));
  });
});

describe('a lock left behind', () => {
  test('by a process that has ended is taken over', async (context) => {
    const directory = await emptyFolder(context);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const holder = await identityOf(child.pid ?? 0, linuxProcesses);
    await plantLock(directory, holder);
    await assert.rejects(withLock(directory, succeed), { code: 'locked' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(await withLock(directory, succeed), 'done');
    assert.deepEqual(await readdir(directory), []);
  });

  const cases: [string, Partial<ProcessIdentity>, boolean][] = [
    ['by a process whose id another one has now', { started: '1' }, true],
    ['before the last boot', { boot: 'another boot' }, true],
    ['by this very process', {}, false],
    ['on another host', { host: 'elsewhere', boot: 'another boot', pid: 1 }, false],
    ['in another container', { namespace: 'pid:[1]', pid: 1 }, false],
  ];
  for (const [name, change, isFree] of cases) {
    test(`${name} is ${isFree ? 'taken over' : 'respected'}`, async (context) => {
      const directory = await emptyFolder(context);
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
    const directory = await emptyFolder(context);
    await plantLock(directory, { ...(await myself()), started: '1' });
    let inside = 0;
    const attempts = Array.from({ length: 8 }, () =>
      withLock(directory, async () => {
        inside += 1;
        await readFile(lockIn(directory));
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

describe('a lock held on another host', () => {
  const elsewhere = { host: 'elsewhere', boot: 'another boot', namespace: 'pid:[1]', pid: 1, started: '1' };

  test('is taken over once its holder has long given no sign of life', async (context) => {
    const directory = await emptyFolder(context);
    await plantLock(directory, elsewhere);
    let now = 0;
    const heartbeats = new Heartbeats(() => now);
    const attempt = () => withLock(directory, succeed, { heartbeats });
    await assert.rejects(attempt(), { code: 'locked' });
    now += 50_000;
    await assert.rejects(attempt(), { code: 'locked' });
    await utimes(lockIn(directory), 1, 1);
    now += 50_000;
    await assert.rejects(attempt(), { code: 'locked' }, 'a sign of life was given in between');
    now += 61_000;
    assert.equal(await attempt(), 'done');
    assert.deepEqual(await readdir(directory), []);
  });

  test('whose holder comes back to life is not released by it', async (context) => {
    const directory = await emptyFolder(context);
    await withLock(directory, async () => {
      await plantLock(directory, elsewhere);
    });
    assert.deepEqual(await readdir(directory), ['lock']);
  });
});

test('a process that may not be looked at counts as running', async (context) => {
  const directory = await emptyFolder(context);
  const processes: ProcessTable = { ...linuxProcesses, startOf: () => Promise.resolve(null) };
  await plantLock(directory, { ...(await myself()), pid: 1 });
  await assert.rejects(withLock(directory, succeed, { processes }), { code: 'locked' });
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
