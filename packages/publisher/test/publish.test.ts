import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeBundle } from './bundle-fixture.js';
import { newRepository, publishBundles, scratch } from './repository-fixture.js';
import { openRepository } from '../src/repository/open-repository.js';

test('a published release is in force', async (context) => {
  const directory = await scratch(context);
  const repository = await newRepository(join(directory, 'repo'));
  const bundle = join(directory, 'bundle');
  await writeBundle(bundle);
  const { id, plan } = await publishBundles(repository, [bundle]);
  assert.equal(plan.outcome, 'release');
  const { trusted } = await openRepository(repository);
  assert.deepEqual(trusted.releases(), [id]);
  const channel = await trusted.channel('prod');
  assert.deepEqual(
    channel.entries.map(({ release, action }) => ({ release, action })),
    [{ release: id, action: 'publish' }],
  );
});
