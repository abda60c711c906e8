import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { joinBundles } from '../src/bundle/join-bundles.js';
import { openBundle, type OpenBundle } from '../src/bundle/open-bundle.js';
import { type BundleSpec, writeBundle } from './bundle-fixture.js';
import { scratch } from './repository-fixture.js';

async function bundles(directory: string, ...specs: BundleSpec[]): Promise<OpenBundle[]> {
  return Promise.all(
    specs.map(async (spec, index) => {
      const path = join(directory, `bundle-${index}`);
      await writeBundle(path, spec);
      return openBundle(path);
    }),
  );
}

test('bundles of the same sources join, in an order of their own', async (context) => {
  const [x86, arm] = await bundles(
    await scratch(context),
    { targets: ['x86-64-v3'] },
    { targets: ['aarch64'] },
  );
  assert.ok(x86 && arm);
  const joined = joinBundles([x86, arm]);
  assert.deepEqual(
    joined.images.map(({ target }) => target),
    ['aarch64', 'x86-64-v3'],
  );
  assert.equal(joined.layers.length, 3);
  assert.deepEqual({ ...joinBundles([arm, x86]), layers: [] }, { ...joined, layers: [] });
});

describe('bundles do not join', () => {
  const cases: [string, BundleSpec, BundleSpec, RegExp][] = [
    ['when their names differ', {}, { name: 'other' }, /name is other, but hep-jets/],
    ['when their prefixes differ', {}, { prefix: '/elsewhere' }, /prefix is \/elsewhere/],
    [
      'when their sources differ',
      {},
      { sources: { 'project/Project.toml': 'x' } },
      /sources tree of environment 'analysis'/,
    ],
    ['when both have a target', {}, {}, /image analysis x86-64 caches is in another bundle already/],
    [
      'when a layer of one id has two trees',
      {},
      { compiled: () => ({ 'compiled/v1.10/A/cache': 'not reproducible' }), start: 'sysimage' },
      /layer compiled-\w+ has tree digest/,
    ],
  ];
  for (const [name, first, second, message] of cases) {
    test(name, async (context) => {
      const opened = await bundles(await scratch(context), first, second);
      assert.throws(() => joinBundles(opened), { code: 'usage', message });
    });
  }
});
