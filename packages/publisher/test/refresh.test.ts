import assert from 'node:assert/strict';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSource, openTrusted } from '@depotcast/hydrator';
import { refreshCommand, type RefreshOptions } from '../src/commands/refresh.js';
import { verify } from '../src/commands/verify.js';
import { DEFAULT_DAYS } from '../src/repository/config.js';
import { createRepository } from '../src/repository/create-repository.js';
import { openRepository } from '../src/repository/open-repository.js';
import { PREFIX } from './bundle-fixture.js';
import { newRepository, quiet, scratch } from './repository-fixture.js';

const DAY = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY);

async function refreshed(repo: string, options: Partial<RefreshOptions> = {}) {
  const { signed, roles } = await refreshCommand({ repo, ...options }, quiet);
  return { signed, daysLeft: Object.fromEntries(roles.map(({ role, daysLeft }) => [role, daysLeft])) };
}

test('a fresh repository gets a new timestamp only', async (context) => {
  const repository = await newRepository(join(await scratch(context), 'repo'), daysAgo(10));
  const { signed, daysLeft } = await refreshed(repository);
  assert.deepEqual(signed, ['timestamp']);
  assert.deepEqual(daysLeft, { root: 355, targets: 355, snapshot: 355, timestamp: 30 });
});

test('roles with less than a third of their time left are signed as well', async (context) => {
  const repository = await newRepository(join(await scratch(context), 'repo'), daysAgo(300));
  const { signed, daysLeft } = await refreshed(repository);
  assert.deepEqual([...signed].sort(), ['snapshot', 'targets', 'timestamp']);
  assert.deepEqual(daysLeft, { root: 65, targets: 365, snapshot: 365, timestamp: 30 });
});

test('an expired repository is refused until it has been refreshed', async (context) => {
  const repository = await newRepository(join(await scratch(context), 'repo'), daysAgo(31));
  await assert.rejects(openRepository(repository), { code: 'expired', hint: /depot-publish refresh/ });
  await refreshed(repository);
  await openRepository(repository);
});

test('a timestamp needs no other key', async (context) => {
  const repository = await newRepository(join(await scratch(context), 'repo'));
  await rename(`${repository}.keys/targets.key`, `${repository}.keys/elsewhere`);
  assert.deepEqual((await refreshed(repository)).signed, ['timestamp']);
});

test('another validity is signed and kept', async (context) => {
  const repository = await newRepository(join(await scratch(context), 'repo'));
  assert.equal((await refreshed(repository, { timestampDays: 7 })).daysLeft['timestamp'], 7);
  assert.equal((await refreshed(repository)).daysLeft['timestamp'], 7);
  assert.deepEqual((await verify({ repo: repository }, quiet)).problems, []);
});

test('a root is renewed by enough of its keys, and old and new nodes follow', async (context) => {
  const directory = join(await scratch(context), 'repo');
  const [keys, safe] = [`${directory}.keys`, `${directory}.safe`];
  await createRepository({
    ...{ directory, keys, rootKeys: safe, name: 'julia.example.org', prefix: PREFIX, days: DEFAULT_DAYS },
    ...{ rootKeyCount: 3, threshold: 2, now: daysAgo(200) },
  });
  const oldRoot = await readFile(join(keys, 'root.json'));
  await rename(join(safe, 'root-2.key'), join(keys, 'root-2.key'));
  const { signed, daysLeft } = await refreshed(directory, { rootKeysDir: safe });
  assert.ok(signed.includes('root'));
  assert.equal(daysLeft['root'], 365);
  for (const trustedRoot of [oldRoot, await readFile(join(keys, 'root.json'))]) {
    const trusted = await openTrusted(openSource(directory), { trustedRoot });
    assert.equal(trusted.metadata.store.root.signed.version, 2);
  }
  assert.deepEqual((await verify({ repo: directory }, quiet)).problems, []);

  await rename(join(safe, 'root-3.key'), join(keys, 'root-3.key'));
  const tooFew = refreshed(directory, { rootKeysDir: safe });
  await assert.rejects(tooFew, { code: 'usage', message: /expected 2 root keys of this repository, got 1/ });
});
