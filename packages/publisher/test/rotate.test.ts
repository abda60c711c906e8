import assert from 'node:assert/strict';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openSource, openTrusted } from '@depotcast/hydrator';
import { renderJson } from '@depotcast/hydrator/format';
import { refreshCommand } from '../src/commands/refresh.js';
import { rotateCommand, type RotateOptions } from '../src/commands/rotate.js';
import { openExpired } from '../src/repository/open-repository.js';
import { copyOf, newMountable, problemsOf, publishNamed } from './cvmfs-repository-fixture.js';
import { quiet } from './repository-fixture.js';

/** A repository with a release, and the root that nodes were handed before anything was rotated. */
async function setUp(context: TestContext) {
  const repo = await newMountable(context);
  await publishNamed(repo, 'a');
  return { repo, oldRoot: await readFile(join(`${repo}.keys`, 'root.json')) };
}

const rotate = (repo: string, options: Partial<RotateOptions>, with_ = quiet) =>
  rotateCommand({ repo, role: ['targets'], rootKeysDir: `${repo}.keys`, ...options }, with_);

/** What a node sees that trusts `root`. */
async function seenBy(root: Buffer, repo: string) {
  const trusted = await openTrusted(openSource(repo), { trustedRoot: root });
  return { releases: trusted.releases().length, root: trusted.metadata.store.root.signed };
}

async function keyIdsOf(repo: string, role: string): Promise<readonly string[]> {
  const { state } = await openExpired(repo, {});
  return state.root.signed.roles[role]?.keyIDs ?? [];
}

for (const role of ['targets', 'snapshot', 'timestamp'] as const) {
  test(`a new ${role} key signs from then on, the old one counts no more, and nodes follow`, async (context) => {
    const { repo, oldRoot } = await setUp(context);
    const [before = ''] = await keyIdsOf(repo, role);
    const stolen = await readFile(join(`${repo}.keys`, `${role}.key`));
    await rotate(repo, { role: [role] });
    const after = await keyIdsOf(repo, role);
    assert.equal(after.length, 1);
    assert.ok(!after.includes(before));
    await publishNamed(repo, 'b');
    assert.deepEqual(await problemsOf(repo), []);
    const { releases, root } = await seenBy(oldRoot, repo);
    assert.deepEqual([releases, root.keys[before]], [2, undefined]);
    assert.notDeepEqual(await readFile(join(`${repo}.keys`, `${role}.key`)), stolen);
  });
}

test('a lost key is replaced, also when everything has expired meanwhile', async (context) => {
  const { repo, oldRoot } = await setUp(context);
  for (const role of ['targets', 'snapshot', 'timestamp']) await rm(join(`${repo}.keys`, `${role}.key`));
  await rotate(repo, { role: ['targets', 'snapshot', 'timestamp'] });
  assert.equal((await seenBy(oldRoot, repo)).releases, 1);
  assert.deepEqual(await problemsOf(repo), []);
});

test('new root keys are signed for by the old ones, which count no more', async (context) => {
  const { repo, oldRoot } = await setUp(context);
  const fresh = `${repo}.fresh`;
  await rotate(repo, { role: ['root'], newRootKeysDir: fresh, rootKeys: 3, threshold: 2 });
  const { root } = await seenBy(oldRoot, repo);
  assert.deepEqual([root.roles['root']?.keyIDs.length, root.roles['root']?.threshold], [3, 2]);
  const byOldKeys = refreshCommand({ repo, rootKeysDir: `${repo}.keys` }, quiet);
  await assert.rejects(byOldKeys, {
    code: 'usage',
    message: /expected 2 root keys of this repository, got 0/,
  });
  await rename(join(fresh, 'root-3.key'), join(fresh, 'elsewhere'));
  await refreshCommand({ repo, rootKeysDir: fresh }, quiet);
  assert.deepEqual(await problemsOf(repo), []);
});

test('a rotation that dies at any write leaves what nodes can read, and the next one ends it', async (context) => {
  const { repo: origin, oldRoot } = await setUp(context);
  let total = 0;
  const watched = await copyOf(origin, `${origin}-watched`);
  await rotate(watched, {}, { ...quiet, onWrite: () => total++ });
  for (let dying = 0; dying < total; dying += 2) {
    const repo = await copyOf(origin, `${origin}-${dying}`);
    let writes = 0;
    const onWrite = () => {
      if (writes++ === dying) throw new Error('crash');
    };
    await assert.rejects(rotate(repo, {}, { ...quiet, onWrite }), /crash/);
    assert.equal((await seenBy(oldRoot, repo)).releases, 1, renderJson({ dying }));
    await rotate(repo, {});
    assert.equal((await keyIdsOf(repo, 'targets')).length, 1);
    assert.equal((await seenBy(oldRoot, repo)).releases, 1);
    await rm(repo, { recursive: true });
  }
});

test('too few root keys change nothing', async (context) => {
  const { repo } = await setUp(context);
  const before = await keyIdsOf(repo, 'targets');
  await rename(join(`${repo}.keys`, 'root-1.key'), join(`${repo}.keys`, 'elsewhere'));
  await assert.rejects(rotate(repo, {}), { code: 'not-found', message: /no root key/ });
  assert.deepEqual(await keyIdsOf(repo, 'targets'), before);
  await assert.rejects(rotate(repo, { role: ['root'] }), { code: 'usage' });
});
