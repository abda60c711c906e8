import assert from 'node:assert/strict';
import { chmod, chown, cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeTree } from '@depotcast/hydrator';
import { type Outcome, runCommand } from './support/programs.js';
import { checkout, julia, mountExample, prefix } from './support/site.js';
import { snapshot } from './support/snapshot.js';
import { temporaryDirectory } from './support/temporary.js';

/** `nobody`; only root can become another user. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

const scratch = await temporaryDirectory();
await chmod(scratch, 0o755);
await mountExample(scratch);

const job = join(scratch, 'job');
await cp(join(checkout, 'examples/hep-jets'), job, { recursive: true });
const temporary = join(scratch, 'tmp');
await mkdir(temporary);
if (isRoot) await chown(temporary, NOBODY, NOBODY);

/** Runs a job as another user without a home, on the tree at its prefix, with Julia telling what it loads. */
function runJob(options: readonly string[], command: readonly string[]): Promise<Outcome> {
  const hydrator = join(prefix, 'bin/depot-hydrate');
  const source = ['--repo', prefix, '--channel', 'prod', '--julia', julia.command.join(' '), ...options];
  return runAsNobody([process.execPath, hydrator, 'exec', ...source, '--', ...command]);
}

function runAsNobody(command: readonly string[]): Promise<Outcome> {
  return runCommand(command, {
    env: { PATH: process.env['PATH'], TMPDIR: temporary, JULIA_DEBUG: 'loading' },
    cwd: '/',
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
}

async function expectUntouched(run: () => Promise<Outcome>): Promise<Outcome> {
  const before = await snapshot(prefix);
  const outcome = await run();
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.deepEqual(await snapshot(prefix), before, 'the tree has changed');
  assert.deepEqual(await readdir(temporary), [], 'something was written');
  assert.doesNotMatch(outcome.stderr, /Rejecting|Precompiling|Recompiling/);
  return outcome;
}

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
    runAsNobody([
      join(prefix, 'channels/prod/activate'),
      '--julia',
      julia.command.join(' '),
      'julia',
      join(job, 'analysis.jl'),
    ]),
  );
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^depotcast: release-1 \([0-9a-f]{12}\) on x86-64\S*, sysimage(?:; passed over .*)?$/m,
  );
  assert.match(stdout, /^ok$/m);
});

test('workers of julia -p start on the same image and compile nothing', async () => {
  const program = `
    using Distributed
    @everywhere using JetAnalysis
    images = pmap(_ -> unsafe_string(Base.JLOptions().image_file), 1:4)
    @assert nworkers() == 2
    foreach(println, unique(images))
  `;
  const outcome = await expectUntouched(() => runJob([], ['julia', '-p', '2', '-e', program]));
  assert.match(outcome.stdout.trim(), new RegExp(`^${prefix}/layers/sysimage-[0-9a-f]{32}/sys\\.so$`));
});

test('the job’s exit code and the signal that ended it are handed on', async () => {
  assert.equal((await runJob([], ['julia', '-e', 'exit(7)'])).code, 7);
  assert.equal((await runJob([], ['sh', '-c', 'kill -TERM $$'])).code, 128 + 15);
});
