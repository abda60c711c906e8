import assert from 'node:assert/strict';
import { chmod, lstat, readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { openSource, openTrusted } from '@depotcast/hydrator';
import { exportTree } from '../src/export/export-tree.js';
import { type ExportLimits, selectReleases } from '../src/export/select-releases.js';
import { walkFiles } from '../src/files/walk.js';
import { openRepository } from '../src/repository/open-repository.js';
import { writeBundle } from './bundle-fixture.js';
import { newRepository, publishBundles, scratch, SILENT } from './repository-fixture.js';

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

async function runExport(repository: string, into: string, limits: ExportLimits = {}) {
  const opened = await openRepository(repository);
  const selection = await selectReleases(opened.trusted, limits);
  return exportTree(opened, {
    into,
    selection,
    hydrator: Buffer.from('#!/usr/bin/env node'),
    events: SILENT,
  });
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
