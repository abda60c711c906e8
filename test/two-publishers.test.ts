import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFakeBundle } from './support/fake-bundle.js';
import { type Outcome, run, type RunOptions, succeed } from './support/programs.js';
import { initRepository, type TestRepository } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();
const prefix = join(scratch, 'prefix');

async function bundleOf(name: string): Promise<string> {
  const bundle = join(scratch, `bundle-${name}`);
  // Large enough that storing it takes a while.
  await writeFakeBundle(bundle, { prefix, images: { 'x86-64': randomBytes(8 << 20) } });
  return bundle;
}

/** A repository, and a publisher that has been stopped in the middle of writing to it. */
async function setUp(name: string) {
  const repo = await initRepository(join(scratch, name), prefix);
  const publishAs = async (
    release: string,
    channel: string,
    options: RunOptions & { wait?: string } = {},
  ) => {
    const args = ['publish', repo.path, await bundleOf(release), '--name', release, '--channel', channel];
    const { wait, ...rest } = options;
    return run('depot-publish', wait === undefined ? args : [...args, '--wait', wait], rest);
  };
  let first: ChildProcess | undefined;
  const finished = publishAs('first', 'one', { onSpawn: (child) => (first = child) });
  await Promise.race([stopOnceLocked(repo, () => first), finished]);
  assert.ok(existsSync(join(repo.path, '.depot/lock')), 'stopped while it holds the lock');
  return { repo, publishAs, goOn: () => first?.kill('SIGCONT'), finished };
}

async function stopOnceLocked(
  { path }: TestRepository,
  child: () => ChildProcess | undefined,
): Promise<void> {
  while (!existsSync(join(path, '.depot/lock'))) await sleep(1);
  child()?.kill('SIGSTOP');
}

interface Entry {
  readonly name: string;
  readonly revision: number;
}

async function historyOf({ path }: TestRepository, channel: string): Promise<string[]> {
  const { entries } = JSON.parse(await succeed('depot-publish', ['log', path, channel, '--json'])) as {
    entries: Entry[];
  };
  return entries.map(({ revision, name }) => `${revision} ${name}`);
}

function expectLocked({ code, stdout, stderr }: Outcome): void {
  assert.equal(code, 6, stderr);
  assert.match(stderr, /lock: held by process \d+ on .*\nhint: /);
  assert.equal(stdout, '');
}

test('of two publishers to one channel one wins, the other gets exit code 6, and nothing is lost', async () => {
  const { repo, publishAs, goOn, finished } = await setUp('one-channel');
  expectLocked(await publishAs('second', 'one'));
  goOn();
  assert.equal((await finished).code, 0);
  assert.deepEqual(await historyOf(repo, 'one'), ['1 first']);
  assert.equal((await publishAs('second', 'one')).code, 0);
  assert.deepEqual(await historyOf(repo, 'one'), ['1 first', '2 second']);
  await succeed('depot-publish', ['verify', repo.path, '--cvmfs']);
});

test('two publishers to channels of their own both succeed, the second after a retry', async () => {
  const { repo, publishAs, goOn, finished } = await setUp('two-channels');
  expectLocked(await publishAs('second', 'two'));
  goOn();
  assert.equal((await finished).code, 0);
  assert.equal((await publishAs('second', 'two')).code, 0);
  assert.deepEqual([await historyOf(repo, 'one'), await historyOf(repo, 'two')], [['1 first'], ['1 second']]);
  await succeed('depot-publish', ['verify', repo.path, '--cvmfs']);
});

test('gc does not take from under a publisher what no release names yet', async () => {
  const { repo, goOn, finished } = await setUp('collecting');
  expectLocked(await run('depot-publish', ['gc', repo.path, '--grace', '0']));
  goOn();
  assert.equal((await finished).code, 0);
  await succeed('depot-publish', ['gc', repo.path, '--grace', '0']);
  await succeed('depot-publish', ['verify', repo.path, '--cvmfs']);
});

test('--wait waits for its turn', async () => {
  const { repo, publishAs, goOn, finished } = await setUp('waiting');
  const second = publishAs('second', 'one', { wait: '60' });
  expectLocked(await publishAs('third', 'one', { wait: '0.5' }));
  goOn();
  assert.deepEqual([(await finished).code, (await second).code], [0, 0]);
  assert.deepEqual(await historyOf(repo, 'one'), ['1 first', '2 second']);
});
