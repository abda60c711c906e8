import assert from 'node:assert/strict';
import {
  chmod,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { openSource, openTrusted, withLockFile } from '@depotcast/hydrator';
import { retire } from '../src/commands/retire.js';
import { exportTree } from '../src/export/export-tree.js';
import { type ExportLimits, selectReleases } from '../src/export/select-releases.js';
import type { Pruning } from '../src/export/prune-tree.js';
import { walkFiles } from '../src/files/walk.js';
import { openRepository } from '../src/repository/open-repository.js';
import { writeBundle } from './bundle-fixture.js';
import { newRepository, publishBundles, quiet, scratch, SILENT } from './repository-fixture.js';

const EXECUTABLE = /\/(?:tool|activate|depot-hydrate)$/;

async function setUp(context: TestContext) {
  const directory = await scratch(context);
  const into = join(directory, 'tree');
  // Registered last, so it runs first... the scratch directory could not be removed otherwise.
  context.after(() => removeReadOnly(into));
  const repository = await newRepository(join(directory, 'repo'));
  const ids = [];
  for (const name of ['one', 'two']) {
    const bundle = join(directory, name);
    await writeBundle(bundle, { name, sources: { 'project/Project.toml': name, 'bin/tool*': '#!/bin/sh' } });
    ids.push(
      (await publishBundles(repository, [bundle], { name, channel: name === 'one' ? 'test' : 'prod' })).id,
    );
  }
  const [one = '', two = ''] = ids;
  return { repository, into, one, two };
}

async function runExport(
  repository: string,
  into: string,
  { pruning, ...limits }: ExportLimits & { readonly pruning?: Pruning } = {},
) {
  const opened = await openRepository(repository);
  const selection = await selectReleases(opened.trusted, limits);
  const hydrator = Buffer.from('#!/usr/bin/env node');
  return exportTree(opened, { into, selection, hydrator, pruning, events: SILENT });
}

async function removeReadOnly(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory()) continue;
    await chmod(join(directory, entry.name), 0o700);
    await removeReadOnly(join(directory, entry.name));
  }
  await rm(directory, { recursive: true, force: true });
}

test('an exported tree is what nodes see', async (context) => {
  const { repository, into, one, two } = await setUp(context);
  const report = await runExport(repository, into);
  assert.deepEqual([report.written, report.layers, report.channels], [4, 4, ['prod', 'test']]);
  assert.equal(await readlink(join(into, 'channels/prod')), `../releases/${two}`);
  const project = join(into, 'channels/test/environment/Project.toml');
  assert.equal(await readFile(project, 'utf8'), 'one');
  assert.match(await realpath(project), /layers\/sources-/);
  const manifest = JSON.parse(await readFile(join(into, 'releases', one, 'release.json'), 'utf8')) as {
    name: string;
  };
  assert.equal(manifest.name, 'one');
  assert.equal((await lstat(join(into, 'bin/depot-hydrate'))).mode & 0o777, 0o555);
});

test('everything below an exported tree is read-only and of one time', async (context) => {
  const { repository, into } = await setUp(context);
  await runExport(repository, into);
  for (const start of await readdir(into)) {
    assert.equal((await lstat(join(into, start))).mode & 0o777, 0o555, start);
    for await (const path of walkFiles(into, start)) {
      const stats = await lstat(join(into, path));
      assert.equal(stats.mtimeMs, 1000, path);
      const expected = EXECUTABLE.test(path) ? 0o555 : 0o444;
      if (!stats.isSymbolicLink()) assert.equal(stats.mode & 0o777, expected, path);
    }
  }
});

test('a hydrator can verify an exported tree', async (context) => {
  const { repository, into, two } = await setUp(context);
  await runExport(repository, into);
  const trustedRoot = await readFile(`${repository}.keys/root.json`);
  const trusted = await openTrusted(openSource(into), { trustedRoot });
  const { release } = await trusted.release(trusted.resolveRelease(two.slice(0, 8)));
  for (const layer of release.layers) assert.ok((await trusted.listing(layer)).length > 0);
});

describe('an export again', () => {
  test('leaves the layers that are there', async (context) => {
    const { repository, into } = await setUp(context);
    await runExport(repository, into);
    const again = await runExport(repository, into);
    assert.deepEqual([again.written, again.layers], [0, 4]);
  });

  test('switches the channels', async (context) => {
    const { repository, into, one } = await setUp(context);
    await runExport(repository, into);
    const bundle = join(into, '../one');
    await publishBundles(repository, [bundle], { name: 'one', channel: 'prod' });
    await runExport(repository, into);
    assert.equal(await readlink(join(into, 'channels/prod')), `../releases/${one}`);
  });
});

describe('a limited export', () => {
  test('to a channel brings its current release only', async (context) => {
    const { repository, into, one } = await setUp(context);
    const report = await runExport(repository, into, { channels: ['test'] });
    assert.deepEqual([report.releases, report.channels], [[one], ['test']]);
    assert.deepEqual(await readdir(join(into, 'releases')), [one]);
  });

  test('to a release switches no channel', async (context) => {
    const { repository, into, two } = await setUp(context);
    const report = await runExport(repository, into, { releases: ['two'] });
    assert.deepEqual([report.releases, report.channels], [[two], []]);
  });

  test('to a channel that is none is refused', async (context) => {
    const { repository, into } = await setUp(context);
    await assert.rejects(runExport(repository, into, { channels: ['nope'] }), { code: 'not-found' });
  });
});

describe('an export that prunes', () => {
  const DAY = 24 * 3600 * 1000;
  const inDays = (days: number): Date => new Date(Date.now() + days * DAY);

  /** Of two releases that were exported, the first is retired, which a channel ran until now. */
  async function retireOne(context: TestContext) {
    const site = await setUp(context);
    await runExport(site.repository, site.into);
    const before = await readdir(join(site.into, 'layers'));
    await publishBundles(site.repository, [join(site.into, '../two')], { name: 'two', channel: 'test' });
    await retire({ repo: site.repository, releases: ['one'] }, quiet);
    return { ...site, before };
  }

  test('takes away a retired release with the layers and listings that it alone needs', async (context) => {
    const { repository, into, one, two } = await retireOne(context);
    const { pruned } = await runExport(repository, into, { pruning: { days: 30, now: inDays(31) } });
    assert.deepEqual(pruned.releases, [one]);
    assert.ok(pruned.layers.length > 0);
    assert.deepEqual(await readdir(join(into, 'releases')), [two]);
    const trustedRoot = await readFile(`${repository}.keys/root.json`);
    const trusted = await openTrusted(openSource(into), { trustedRoot });
    const { release } = await trusted.release(trusted.resolveRelease(two));
    const held = release.layers.map(({ id }) => id);
    assert.deepEqual(await readdir(join(into, 'layers')), held.sort());
    assert.equal((await readdir(join(into, '.depot/listings'))).length, held.length);
    for (const folder of ['layers', 'releases', '.depot/listings'])
      assert.equal((await lstat(join(into, folder))).mode & 0o777, 0o555, folder);
  });

  test('leaves it while jobs may still run that started on it', async (context) => {
    const { repository, into, before } = await retireOne(context);
    const { pruned } = await runExport(repository, into, { pruning: { days: 30, now: inDays(29) } });
    assert.deepEqual(pruned, { releases: [], layers: [] });
    assert.deepEqual(await readdir(join(into, 'layers')), before);
  });

  test('takes what a killed export has left of a layer, and nothing that is not ours', async (context) => {
    const { repository, into } = await retireOne(context);
    const layers = join(into, 'layers');
    await chmod(layers, 0o755);
    await mkdir(join(layers, `.sysimage-${'0'.repeat(32)}.abc`));
    await writeFile(join(layers, 'notes'), 'of the site');
    await mkdir(join(into, 'site'));
    await runExport(repository, into, { pruning: { days: 0, now: inDays(1) } });
    const left = await readdir(layers);
    assert.ok(left.includes('notes'));
    assert.deepEqual(
      left.filter((name) => name.startsWith('.')),
      [],
    );
    assert.ok((await readdir(into)).includes('site'));
  });

  test('leaves what an older state of the repository does not know yet', async (context) => {
    const { repository, into, two } = await setUp(context);
    const older = join(into, '../older');
    await cp(repository, older, { recursive: true });
    await cp(`${repository}.keys`, `${older}.keys`, { recursive: true });
    const bundle = join(into, '../three');
    await writeBundle(bundle, { name: 'three', sources: { 'project/Project.toml': 'three' } });
    const { id: three } = await publishBundles(repository, [bundle], { name: 'three', channel: 'prod' });
    await runExport(repository, into);
    const { pruned } = await runExport(older, into, { pruning: { days: 0, now: inDays(1) } });
    assert.deepEqual(pruned, { releases: [], layers: [] });
    const releases = await readdir(join(into, 'releases'));
    assert.ok(releases.includes(three) && releases.includes(two));
  });

  test('takes nothing where it cannot tell what a release needs', async (context) => {
    const { repository, into, one, before } = await retireOne(context);
    const manifest = join(into, 'releases', one, 'release.json');
    await chmod(manifest, 0o644);
    await writeFile(manifest, '{}');
    const pruning = { days: 30, now: inDays(1) };
    await assert.rejects(runExport(repository, into, { pruning }), { code: 'bad-digest', hint: /remove/ });
    assert.deepEqual(await readdir(join(into, 'layers')), before);
  });
});

test('two exports into one tree do not meet', async (context) => {
  const { repository, into } = await setUp(context);
  await runExport(repository, into);
  await withLockFile(join(into, '.export-lock'), async () => {
    await assert.rejects(runExport(repository, into), { code: 'locked' });
  });
  assert.equal((await runExport(repository, into)).written, 0);
});
