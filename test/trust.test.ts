import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFakeBundle } from './support/fake-bundle.js';
import { freshNode } from './support/node.js';
import { succeed } from './support/programs.js';
import { initRepository, publish, type TestRepository } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();
const prefix = join(scratch, 'prefix');

async function repositoryWith(name: string, ...releases: string[]): Promise<TestRepository> {
  const home = join(scratch, name);
  const repo = await initRepository(home, prefix);
  for (const release of releases) await publishOne(repo, home, release);
  return repo;
}

async function publishOne(repo: TestRepository, home: string, release: string): Promise<void> {
  const bundle = join(home, `bundle-${release}`);
  await writeFakeBundle(bundle, { prefix, images: { 'x86-64': release } });
  await publish(repo, bundle, release);
}

const sourceOf = (repo: TestRepository, path = repo.path): string[] => [
  '--repo',
  path,
  '--root',
  repo.root,
  '--channel',
  'prod',
];

test('a node that has seen a newer state refuses a replay of the older one', async () => {
  const repo = await repositoryWith('replay', 'one');
  const old = join(scratch, 'replay', 'old');
  await cp(join(repo.path, '.depot'), old, { recursive: true });
  await publishOne(repo, join(scratch, 'replay'), 'two');
  const node = await freshNode(scratch, sourceOf(repo));
  assert.equal((await node.hydrate('explain', [])).code, 0);
  await cp(old, join(repo.path, '.depot'), { recursive: true });
  const outcome = await node.hydrate('explain', []);
  assert.equal(outcome.code, 4);
  assert.match(outcome.stderr, /timestamp\.json: .*version \d+ is less than/);
});

test('a node refuses metadata past its expiry, and says who must act', async () => {
  const home = join(scratch, 'expired');
  const repo = await initRepository(home, prefix);
  await publishOne(repo, home, 'one');
  const node = await freshNode(scratch, sourceOf(repo));
  const outcome = await node.hydrate('explain', [], {
    env: { ...process.env, NODE_OPTIONS: await clockAhead(home, 400) },
  });
  assert.equal(outcome.code, 4);
  assert.match(outcome.stderr, /expired[\s\S]*depot-publish refresh/);
});

/** NODE_OPTIONS that start a process so many days in the future. */
async function clockAhead(directory: string, days: number): Promise<string> {
  const file = join(directory, 'clock.cjs');
  const ahead = days * 86_400_000;
  await writeFile(
    file,
    `const Now = Date; const ahead = ${ahead};
globalThis.Date = class extends Now { constructor(...a) { super(...(a.length ? a : [Now.now() + ahead])); } static now() { return Now.now() + ahead; } };`,
  );
  return `--require ${file}`;
}

test('a repository signed by other keys is refused, however complete it is', async () => {
  const [ours, theirs] = [await repositoryWith('ours', 'one'), await repositoryWith('theirs', 'one')];
  const node = await freshNode(scratch, sourceOf(ours, theirs.path));
  const outcome = await node.hydrate('explain', []);
  assert.equal(outcome.code, 4);
  assert.match(outcome.stderr, /timestamp\.json/);
});

test('a repository made anew at the same place is refused by a node that knew the old one, with the remedy', async () => {
  const [old, anew] = [await repositoryWith('old', 'one'), await repositoryWith('anew', 'one')];
  const node = await freshNode(scratch, ['--repo', old.path, '--channel', 'prod']);
  assert.equal((await node.hydrate('explain', ['--root', old.root])).code, 0);
  await rm(old.path, { recursive: true });
  await cp(anew.path, old.path, { recursive: true });
  const outcome = await node.hydrate('explain', ['--root', anew.root]);
  assert.equal(outcome.code, 4);
  assert.match(outcome.stderr, /this node trusts root [0-9a-f]{64}[\s\S]*remove its state directory/);
});

test('a root given later pins: what was trusted on first use must descend from it', async () => {
  const [genuine, imposter] = [
    await repositoryWith('genuine', 'one'),
    await repositoryWith('imposter', 'one'),
  ];
  await succeed('depot-publish', ['refresh', imposter.path, '--root-keys-dir', `${imposter.path}.keys`]);
  const node = await freshNode(scratch, ['--repo', imposter.path, '--channel', 'prod']);
  assert.equal((await node.hydrate('explain', [])).code, 0);
  assert.equal((await node.hydrate('explain', ['--root', genuine.root])).code, 4);
});

test('a renewed root is followed, from the root that the node was given', async () => {
  const repo = await repositoryWith('renewed', 'one');
  const node = await freshNode(scratch, sourceOf(repo));
  assert.equal((await node.hydrate('explain', [])).code, 0);
  await succeed('depot-publish', ['refresh', repo.path, '--root-keys-dir', `${repo.path}.keys`]);
  assert.equal((await node.hydrate('explain', [])).code, 0);
  assert.equal((await node.hydrate('explain', [])).code, 0);
});

test('pieces of two states do not mix: an old channel history under new metadata is refused', async () => {
  const repo = await repositoryWith('mixed', 'one');
  const history = async (): Promise<[string, Buffer]> => {
    const { entries } = JSON.parse(await succeed('depot-publish', ['log', repo.path, 'prod', '--json'])) as {
      entries: unknown[];
    };
    assert.ok(entries.length > 0);
    const targets = await newestTargets(repo);
    const target = targets['channels/prod.json'];
    const path = join(repo.path, '.depot/channels', `${target?.hashes.sha256 ?? ''}.prod.json`);
    return [path, await readFile(path)];
  };
  const [, old] = await history();
  await publishOne(repo, join(scratch, 'mixed'), 'two');
  const [path] = await history();
  await writeFile(path, old);
  const node = await freshNode(scratch, sourceOf(repo));
  const outcome = await node.hydrate('explain', []);
  assert.equal(outcome.code, 4);
  assert.ok(outcome.stderr.includes(path));
});

interface Targets {
  readonly [name: string]: { readonly hashes: { readonly sha256: string } } | undefined;
}

async function newestTargets(repo: TestRepository): Promise<Targets> {
  const read = async (name: string) =>
    JSON.parse(await readFile(join(repo.path, '.depot/tuf', name), 'utf8')) as {
      signed: { meta: Record<string, { version: number }>; targets: Targets };
    };
  const snapshot = (await read('timestamp.json')).signed.meta['snapshot.json']?.version ?? 0;
  const targets = (await read(`${snapshot}.snapshot.json`)).signed.meta['targets.json']?.version ?? 0;
  return (await read(`${targets}.targets.json`)).signed.targets;
}
