import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeTree } from '@depotcast/hydrator';
import type { Outcome } from './support/programs.js';
import { readOnlySite } from './support/read-only-job.js';
import { julia } from './support/site.js';

const { job, temporary, runJob, activate, expectUntouched } = await readOnlySite();

const checksum = (outcome: Outcome): string =>
  /^checksum [0-9a-f]+$/m.exec(outcome.stdout)?.[0] ?? 'no checksum';
const checksums = new Set<string>();

for (const target of ['x86-64', 'x86-64-v3']) {
  for (const start of ['caches', 'sysimage']) {
    test(`the analysis runs on ${target}, ${start}, writes nothing and compiles no cache`, async () => {
      const command = ['julia', join(job, 'analysis.jl')];
      const outcome = await expectUntouched(() => runJob(['--target', target, '--start', start], command));
      assert.match(outcome.stdout, /^ok$/m);
      checksums.add(checksum(outcome));
    });
  }
}

test('without its caches the same job would have written some: what is checked above can fail', async () => {
  const program = `JULIA_DEPOT_PATH=$(printf %s "$JULIA_DEPOT_PATH" | sed 's#:[^:]*/layers/compiled-[^:]*##')
    export JULIA_DEPOT_PATH; exec "$@"`;
  const command = [
    'sh',
    '-c',
    program,
    'sh',
    ...julia.command,
    '--startup-file=no',
    join(job, 'analysis.jl'),
  ];
  const outcome = await runJob(['--start', 'caches'], command);
  assert.equal(outcome.code, 0, outcome.stderr);
  checksums.add(checksum(outcome));
  const written = await readdir(temporary);
  assert.equal(written.length, 1, 'a first depot appeared');
  await removeTree(join(temporary, written[0] ?? ''));
});

test('every image gave the same result to the last digit', () => {
  assert.equal(checksums.size, 1);
  assert.match([...checksums][0] ?? '', /^checksum [0-9a-f]{8,}$/);
});

test('the shell script beside the release starts the same image without Node', async () => {
  const { code, stdout, stderr } = await expectUntouched(() =>
    activate([], ['julia', join(job, 'analysis.jl')]),
  );
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^depotcast: release-1 \([0-9a-f]{12}\) on x86-64\S*, sysimage(?:; passed over .*)?$/m,
  );
  assert.match(stdout, /^ok$/m);
});

test('the job’s exit code and the signal that ended it are handed on', async () => {
  assert.equal((await runJob([], ['julia', '-e', 'exit(7)'])).code, 7);
  assert.equal((await runJob([], ['sh', '-c', 'kill -TERM $$'])).code, 128 + 15);
});
