import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { walkFiles } from '../src/files/walk.js';
import { openRepository } from '../src/repository/open-repository.js';
import { type BundleSpec, writeBundle } from './bundle-fixture.js';
import { newRepository, publishBundles, scratch } from './repository-fixture.js';

async function objectsOf(repository: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of walkFiles(repository, 'data')) paths.push(path);
  return paths;
}

async function setUp(directory: string, ...specs: BundleSpec[]) {
  const bundles = specs.map((_, index) => join(directory, `bundle-${index}`));
  await Promise.all(specs.map((spec, index) => writeBundle(bundles[index] ?? '', spec)));
  return { repository: await newRepository(join(directory, 'repo')), bundles };
}

test('a published release is in force', async (context) => {
  const { repository, bundles } = await setUp(await scratch(context), {});
  const { id, plan } = await publishBundles(repository, bundles);
  assert.equal(plan.outcome, 'release');
  const { trusted } = await openRepository(repository);
  assert.deepEqual(trusted.releases(), [id]);
  const { entries } = await trusted.channel('prod');
  assert.deepEqual(
    entries.map(({ release, action }) => [release, action]),
    [[id, 'publish']],
  );
});

test('bundles of several hosts become one release', async (context) => {
  const { repository, bundles } = await setUp(
    await scratch(context),
    { targets: ['x86-64'] },
    { targets: ['aarch64'] },
  );
  const { id } = await publishBundles(repository, bundles);
  const { release } = await (await openRepository(repository)).trusted.release(id);
  assert.deepEqual(
    release.images.map(({ target }) => target),
    ['aarch64', 'x86-64'],
  );
});

test('equal bundles give equal release ids, in any repository and at any time', async (context) => {
  const directory = await scratch(context);
  const { repository, bundles } = await setUp(directory, { targets: ['x86-64'] }, { targets: ['aarch64'] });
  const other = await newRepository(join(directory, 'other'));
  const first = await publishBundles(repository, bundles);
  const later = await publishBundles(other, [...bundles].reverse(), {
    now: new Date(Date.now() + 86_400_000),
  });
  assert.equal(later.id, first.id);
});

describe('publishing again', () => {
  test('the same to the same channel changes nothing', async (context) => {
    const { repository, bundles } = await setUp(await scratch(context), {});
    const first = await publishBundles(repository, bundles);
    const before = await objectsOf(repository);
    const again = await publishBundles(repository, bundles);
    assert.deepEqual([again.plan.outcome, again.id], ['nothing', first.id]);
    assert.deepEqual(await objectsOf(repository), before);
    assert.equal((await (await openRepository(repository)).trusted.channel('prod')).entries.length, 1);
  });

  test('the same to another channel only moves that channel', async (context) => {
    const { repository, bundles } = await setUp(await scratch(context), {});
    const first = await publishBundles(repository, bundles);
    const again = await publishBundles(repository, bundles, { channel: 'test' });
    assert.deepEqual([again.plan.outcome, again.id], ['channel', first.id]);
    assert.deepEqual((await openRepository(repository)).trusted.channels(), ['prod', 'test']);
  });

  test('other contents under a name that is taken is refused', async (context) => {
    const { repository, bundles } = await setUp(await scratch(context), {}, { targets: ['aarch64'] });
    await publishBundles(repository, bundles.slice(0, 1));
    await assert.rejects(publishBundles(repository, bundles), {
      code: 'usage',
      message: /name 'first' is taken/,
    });
  });

  test('a layer of the same id with other bytes is refused', async (context) => {
    const irreproducible = { compiled: () => ({ 'compiled/v1.10/A/cache': 'other bytes' }) };
    const { repository, bundles } = await setUp(await scratch(context), {}, irreproducible);
    await publishBundles(repository, bundles.slice(0, 1));
    const second = publishBundles(repository, bundles.slice(1), { name: 'second' });
    await assert.rejects(second, { code: 'usage', message: /is published with tree digest/ });
  });

  test('contents that another layer has are not stored again', async (context) => {
    const shared = { 'project/Project.toml': 'p', 'packages/A.jl': 'shared by both' };
    const changed = { ...shared, 'packages/B.jl': 'new' };
    const { repository, bundles } = await setUp(
      await scratch(context),
      { sources: shared },
      { name: 'next', sources: changed, compiled: () => ({ 'A/cache': 'cache for x86-64' }) },
    );
    await publishBundles(repository, bundles.slice(0, 1));
    const before = await objectsOf(repository);
    const { plan } = await publishBundles(repository, bundles.slice(1), { name: 'second' });
    assert.deepEqual(plan.fresh, { files: 1, bytes: 3 });
    assert.equal((await objectsOf(repository)).length, before.length + 1);
  });
});

test('a bundle for another prefix is refused', async (context) => {
  const { repository, bundles } = await setUp(await scratch(context), { prefix: '/shared/elsewhere' });
  await assert.rejects(publishBundles(repository, bundles), {
    code: 'usage',
    message: /\/shared\/elsewhere/,
  });
});
