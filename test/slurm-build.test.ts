import assert from 'node:assert/strict';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { documentedScript } from './support/documented-script.js';
import { type Outcome, run, succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { julia } from './support/site.js';
import { slurmMissing, startSlurm } from './support/slurm.js';
import { manifestEntry, packageFiles, smallSpec, writeFiles } from './support/small-build.js';
import { temporaryDirectory } from './support/temporary.js';

const HERALD = '11111111-2222-3333-4444-555555555555';

interface Report {
  readonly bundle: string | null;
  readonly tasks: readonly {
    readonly target: string;
    readonly state: string;
    readonly node: string;
    readonly exitCode: number;
    readonly log: string;
    readonly stages: { readonly built: number; readonly reused: number } | null;
    readonly error: string | null;
  }[];
}

const skip = slurmMissing !== false ? slurmMissing : process.arch !== 'x64' && 'the targets are for x86-64';

test('a spec is built by a real Slurm and a real Julia, target by target', { skip }, async (t) => {
  const scratch = await temporaryDirectory();
  await chmod(scratch, 0o755);
  const prefix = join(scratch, 'prefix');
  await writeFiles(scratch, {
    'Project.toml': `[deps]\nHerald = "${HERALD}"\n`,
    'Manifest.toml': manifestEntry('Herald', HERALD),
    ...packageFiles('Herald', HERALD, 'proclaim() = "hear"'),
    'spec.toml': smallSpec(prefix).replace('["x86-64"]', '["x86-64", "aarch64", "x86-64-v3"]'),
  });
  const prologue = join(scratch, 'task-prolog');
  await writeFile(prologue, '#!/bin/sh\n', { mode: 0o755 });
  const nodes = [{ name: 'small' }, { name: 'large', features: ['large'] }];
  const slurm = await startSlurm(join(scratch, 'slurm'), nodes, prologue);
  const out = join(scratch, 'bundle');
  const submit = (...options: string[]): Promise<Outcome> => {
    const places = ['--cache', join(scratch, 'cache'), '--out', out, '--julia', julia.command.join(' ')];
    const args = ['submit', join(scratch, 'spec.toml'), '--slurm', ...places, ...options];
    return run('depot-build', args, { env: slurm.env });
  };

  await t.test('a node that cannot build a target refuses it, and the others are built', async () => {
    const outcome = await submit('--json', '--sbatch', 'x86-64-v3: --constraint=large');
    assert.equal(outcome.code, 7, outcome.stderr);
    const { bundle, tasks } = JSON.parse(outcome.stdout) as Report;
    assert.equal(bundle, null);
    assert.deepEqual(
      tasks.map(({ target, state, exitCode }) => [target, state, exitCode]),
      [
        ['x86-64', 'COMPLETED', 0],
        ['aarch64', 'FAILED', 2],
        ['x86-64-v3', 'COMPLETED', 0],
      ],
    );
    const [first, refused, constrained] = tasks;
    assert.ok((first?.stages?.built ?? 0) > 0);
    assert.equal(constrained?.node, 'large');
    assert.match(refused?.error ?? '', /aarch64 is for aarch64, and this Julia is for x86_64/);
    assert.match(await readFile(refused?.log ?? '', 'utf8'), /^depot-build: error: /m);
    assert.match(outcome.stderr, /1 of 3 targets were not built: aarch64 \(.*1\.log\)/);
    assert.ok(!(await readdir(scratch)).includes('bundle'), 'no bundle stands for half of the targets');
  });

  await t.test('submitted again, only what is not finished is built, and all bundles are one', async () => {
    const outcome = await submit('--json', '--target', 'x86-64', '--target', 'x86-64-v3');
    assert.equal(outcome.code, 0, outcome.stderr);
    const { bundle, tasks } = JSON.parse(outcome.stdout) as Report;
    assert.equal(bundle, out);
    assert.deepEqual(
      tasks.map(({ stages }) => stages?.built),
      [0, 0],
    );
    const inspected = JSON.parse(await succeed('depot-build', ['inspect', out, '--json'])) as {
      images: { target: string }[];
    };
    assert.deepEqual(
      inspected.images.map(({ target }) => target),
      ['x86-64', 'x86-64-v3'],
    );
  });

  await t.test('a target that a job of an earlier submission is building is locked', async () => {
    const { stdout } = await slurm.run([
      'sbatch',
      '--parsable',
      '--array=0',
      '--output=/dev/null',
      '--wrap',
      'sleep 600',
    ]);
    const job = stdout.trim();
    await writeFile(join(scratch, 'cache/submitted/x86-64/job'), `${job}_0\n`);
    const outcome = await submit('--target', 'x86-64');
    await slurm.run(['scancel', job]);
    assert.equal(outcome.code, 6, outcome.stderr);
    assert.match(outcome.stderr, new RegExp(`job ${job}_0 is building x86-64: [A-Z]+[^]*scancel ${job}`));
  });

  await t.test('the bundle is published, and a job of the same Slurm runs on its node’s image', async () => {
    const repo = await initRepository(scratch, prefix);
    await publish(repo, out, 'release-1');
    await succeed('depot-publish', ['export', repo.path, '--into', prefix]);
    const places = { '/cvmfs/julia.example.org': prefix, '/opt/julia/bin/julia': julia.command.join(' ') };
    await writeFile(prologue, await documentedScript('/etc/slurm/task-prolog.sh', places));
    const [script, log] = [join(scratch, 'job.sh'), join(scratch, 'job.log')];
    const program = "'using Herald; println(Herald.proclaim())'";
    const command = `${julia.command.join(' ')} $DEPOT_JULIA_FLAGS -e ${program}`;
    await writeFile(script, `#!/bin/sh\nexport JULIA_DEBUG=loading\n${command}\n`);
    const codes = await slurm.submit([`--output=${log}`, script], { DEPOT_CHANNEL: 'prod' });
    const said = await readFile(log, 'utf8');
    assert.deepEqual(codes, [0], said);
    assert.match(said, /^depotcast: release-1 \([0-9a-f]{12}\) on x86-64\S*, caches/);
    assert.match(said, /^hear$/m);
    assert.doesNotMatch(said, /Rejecting|Precompiling|Recompiling/);
  });
});
