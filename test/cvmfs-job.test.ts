import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeTree } from '@depotcast/hydrator';
import { mount, mountsMissing } from './support/cvmfs.js';
import { runCommand, succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { buildExample, checkout, julia, prefix } from './support/site.js';
import { temporaryDirectory } from './support/temporary.js';

test('a job with a real Julia runs from the stock client’s mount', { skip: mountsMissing }, async (t) => {
  const scratch = await temporaryDirectory();
  const repo = await initRepository(scratch, prefix);
  await publish(repo, await buildExample(), 'release-1');
  await removeTree(prefix);
  await mount(repo, `file://${repo.path}`, join(scratch, 'client'), [], prefix);
  const script = join(checkout, 'examples/hep-jets/analysis.jl');
  const words = ['--julia', julia.command.join(' ')];

  for (const start of ['sysimage', 'caches']) {
    await t.test(`by depot-hydrate, ${start}`, async () => {
      const source = [
        '--repo',
        prefix,
        '--channel',
        'prod',
        '--state',
        join(scratch, 'state'),
        '--start',
        start,
      ];
      assert.match(
        await succeed('depot-hydrate', ['exec', ...source, ...words, '--', 'julia', script]),
        /^ok$/m,
      );
    });
  }

  await t.test('by the activate script, with nothing but sh and awk', async () => {
    const outcome = await runCommand([join(prefix, 'channels/prod/activate'), ...words, 'julia', script]);
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.match(outcome.stdout, /^ok$/m);
  });

  await t.test('and every file of the mount is what was signed', async () => {
    await succeed('depot-hydrate', [
      'verify',
      '--repo',
      prefix,
      '--channel',
      'prod',
      '--state',
      join(scratch, 'state'),
    ]);
  });
});
