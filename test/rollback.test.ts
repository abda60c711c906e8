import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFakeBundle } from './support/fake-bundle.js';
import { freshNode } from './support/node.js';
import { run, succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();
const prefix = join(scratch, 'prefix');
const repo = await initRepository(scratch, prefix);
for (const name of ['1', '2']) {
  const bundle = join(scratch, `bundle-${name}`);
  await writeFakeBundle(bundle, { prefix, images: { 'x86-64': `image of release ${name}` } });
  await publish(repo, bundle, `release-${name}`);
}
const node = await freshNode(scratch, ['--repo', repo.path, '--root', repo.root, '--channel', 'prod']);

interface LogEntry {
  readonly revision: number;
  readonly release: string;
  readonly name: string;
  readonly action: string;
}
const log = async (): Promise<LogEntry[]> =>
  (
    JSON.parse(await succeed('depot-publish', ['log', repo.path, 'prod', '--json'])) as {
      entries: LogEntry[];
    }
  ).entries;

async function imageOnNode(): Promise<string> {
  const outcome = await node.hydrate('fetch', ['--json']);
  assert.equal(outcome.code, 0, outcome.stderr);
  const { root, release } = JSON.parse(outcome.stdout) as { root: string; release: string };
  const manifest = await succeed('depot-publish', ['show', repo.path, release, '--json']);
  const sysimage = /"sysimage": "(sysimage-[0-9a-f]{32})"/.exec(manifest)?.[1] ?? '';
  return readFile(join(root, 'layers', sysimage, 'sys.so'), 'utf8');
}

test('a rollback by hash prefix puts the older release in force and keeps all history', async () => {
  assert.equal(await imageOnNode(), 'image of release 2');
  const [first] = await log();
  assert.ok(first);
  await succeed('depot-publish', ['rollback', repo.path, 'prod', first.release.slice(0, 8)]);
  assert.equal(await imageOnNode(), 'image of release 1');
  assert.deepEqual(
    (await log()).map(({ revision, name, action }) => [revision, name, action]),
    [
      [1, 'release-1', 'publish'],
      [2, 'release-2', 'publish'],
      [3, 'release-1', 'rollback'],
    ],
  );
});

test('a hash that names nothing lists what there is and changes nothing', async () => {
  const before = await log();
  const outcome = await run('depot-publish', ['rollback', repo.path, 'prod', 'ffffffffffff']);
  assert.equal(outcome.code, 5);
  for (const { release } of before) assert.ok(outcome.stderr.includes(release.slice(0, 12)), outcome.stderr);
  assert.deepEqual(await log(), before);
});

test('a pinned release stays what it was, whatever the channel does', async () => {
  const second = (await log())[1];
  assert.ok(second);
  const pinned = await freshNode(scratch, [
    '--repo',
    repo.path,
    '--root',
    repo.root,
    '--release',
    second.release.slice(0, 10),
  ]);
  const outcome = await pinned.hydrate('explain', ['--json']);
  assert.equal((JSON.parse(outcome.stdout) as { name: string }).name, 'release-2');
});

test('a channel that is not there is exit 5 and names those that are', async () => {
  const outcome = await run('depot-hydrate', [
    'explain',
    '--repo',
    repo.path,
    '--root',
    repo.root,
    '--channel',
    'nightly',
  ]);
  assert.equal(outcome.code, 5);
  assert.match(outcome.stderr, /no channel 'nightly'[\s\S]*prod/);
});
