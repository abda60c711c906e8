import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { joinBundles } from '../src/bundle/join-bundles.js';
import { openBundle } from '../src/bundle/open-bundle.js';
import { type Published, planPublish } from '../src/plan/plan-publish.js';
import { PREFIX, writeBundle } from './bundle-fixture.js';
import { scratch } from './repository-fixture.js';

const NOTHING: Published = { prefix: PREFIX, releases: [], channel: undefined, stored: new Set() };
const REQUEST = { name: 'one', channel: 'prod' };

async function bundleOf(context: TestContext) {
  const directory = join(await scratch(context), 'bundle');
  const sources = { 'project/Project.toml': 'twice', 'copy.toml': 'twice', 'other.jl': 'once' };
  await writeBundle(directory, { sources });
  return joinBundles([await openBundle(directory)]);
}

describe('the plan of a first publish', () => {
  test('is printable and says everything it is going to do', async (context) => {
    const plan = planPublish(REQUEST, await bundleOf(context), NOTHING);
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
    assert.deepEqual(plan.release, { name: 'one', id: null, targets: ['x86-64'] });
    assert.deepEqual(plan.channel, { name: 'prod', revision: 1, previous: null });
    assert.deepEqual(
      plan.layers.map(({ kind, action, files }) => [kind, action, files]),
      [
        ['compiled', 'store', 1],
        ['sources', 'store', 3],
      ],
    );
  });

  test('counts a content once, however many files have it', async (context) => {
    const plan = planPublish(REQUEST, await bundleOf(context), NOTHING);
    assert.deepEqual(plan.layers[1]?.fresh, { files: 2, bytes: 9 });
  });

  test('leaves out what is stored', async (context) => {
    const bundle = await bundleOf(context);
    const stored = bundle.layers.flatMap(({ listing }) =>
      listing.flatMap((entry) => (entry.type === 'file' ? entry.sha256 : [])),
    );
    const plan = planPublish(REQUEST, bundle, { ...NOTHING, stored: new Set(stored) });
    assert.deepEqual(plan.fresh, { files: 0, bytes: 0 });
  });
});

test('a bundle for another prefix does not fit', async (context) => {
  const bundle = await bundleOf(context);
  assert.throws(() => planPublish(REQUEST, bundle, { ...NOTHING, prefix: '/elsewhere' }), {
    code: 'usage',
    hint: /prefix = "\/elsewhere"/,
  });
});
