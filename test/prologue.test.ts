import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { TARGETS } from '@depotcast/hydrator/format';
import { writeDocumentedScript } from './support/documented-script.js';
import { levelsSite } from './support/levels-site.js';
import { type Outcome, runCommand } from './support/programs.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();
const site = await levelsSite(scratch);

/** A recorded node of a level. */
async function recordNode(level: string): Promise<string> {
  const file = join(scratch, `${level}.cpuinfo`);
  const requires = TARGETS.find(({ name }) => name === level)?.requires ?? [];
  await writeFile(file, `flags\t\t: ${requires.join(' ')}\n`);
  return file;
}
const strong = await recordNode('x86-64-v3');
const weak = await recordNode('x86-64');

const activate = join(site.prefix, 'channels/prod/activate');
/** Both programs that print an environment, and what they call themselves. */
const PROGRAMS = [
  [[site.hydrator, 'env', '--repo', site.prefix, '--channel', 'prod'], 'depot-hydrate'],
  [[activate, '--env'], 'activate'],
] as const;
const JULIA = ['--julia', site.julia];

/** What an image's environment sets, as a step inherits it from a job on another node. */
const INHERITED = {
  JULIA_DEPOT_PATH: '/gone',
  JULIA_PROJECT: '/gone/project',
  DEPOT_JULIA_FLAGS: '-J /gone/sys.so',
};

for (const [command, name] of PROGRAMS) {
  const print = (
    cpuinfo: string,
    options: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Outcome> =>
    runCommand([...command, ...JULIA, '--cpuinfo', cpuinfo, '--machine', 'x86_64', ...options], {
      env: { PATH: process.env['PATH'], HOME: scratch, ...env },
    });

  test(`${name} gives Slurm the image's environment and one line for the log`, async () => {
    const { code, stdout, stderr } = await print(strong, ['--format', 'slurm']);
    assert.deepEqual([code, stderr], [0, '']);
    const lines = stdout.trimEnd().split('\n');
    const [said] = lines.filter((line) => line.startsWith('print '));
    assert.match(
      said ?? '',
      /^print depotcast: release-1 \([0-9a-f]{12}\) on x86-64-v3, sysimage; passed over x86-64-v4: missing /,
    );
    assert.ok(
      lines.every((line) => /^(?:print .|export [A-Z_]+=|unset [A-Z_]+$)/.test(line)),
      stdout,
    );
    const [image] = /layers\/sysimage-[0-9a-f]{32}\/sys\.so/.exec(stdout) ?? [];
    assert.equal(await readFile(join(site.prefix, image ?? ''), 'utf8'), 'v3');
  });

  test(`${name} speaks in the first task of a node only`, async () => {
    const { code, stdout } = await print(strong, ['--format', 'slurm'], {
      SLURM_LOCALID: '1',
      DEPOT_TARGET: 'x86-64-v9',
    });
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /^print/m);
    assert.match(stdout, /^export DEPOT_JULIA_FLAGS=-J /m);
  });

  test(`${name} leaves a job on a node without an image with plain Julia, and says why in every task`, async () => {
    const { code, stdout } = await print(weak, ['--format', 'slurm'], { SLURM_LOCALID: '1' });
    assert.equal(code, 0);
    const [said, ...rest] = stdout.split('\n');
    assert.ok(
      said?.startsWith(
        `print depotcast: plain Julia, no image: ${name}: error: no image of this release runs on`,
      ),
      stdout,
    );
    assert.deepEqual(rest, ['export DEPOT_JULIA_FLAGS=', '']);
  });

  test(`${name} takes an inherited image away where there is none`, async () => {
    const { stdout } = await print(weak, ['--fail-open'], INHERITED);
    const state = 'echo "${JULIA_DEPOT_PATH-gone} ${JULIA_PROJECT-gone} <$DEPOT_JULIA_FLAGS>"';
    const job = await runCommand(['sh', '-uc', `${stdout}\n${state}`], { env: INHERITED });
    assert.equal(job.stdout, 'gone gone <>\n', job.stderr);
  });

  test(`${name} fails on request, with the contract's exit code and the reason in the job's log`, async () => {
    const { code, stdout } = await print(weak, ['--format', 'slurm', '--fail-closed']);
    assert.equal(code, 3);
    assert.match(stdout, /^print \S+: error: no image of this release runs on.*\n$/);
  });

  test(`${name} fails in shells unless told otherwise`, async () => {
    const closed = await print(weak, []);
    assert.deepEqual([closed.code, closed.stdout], [3, '']);
    const open = await print(weak, ['--fail-open']);
    assert.deepEqual([open.code, open.stdout], [0, "export DEPOT_JULIA_FLAGS=''\n"]);
    assert.match(open.stderr, /^depotcast: plain Julia, no image: .*no image of this release runs on/);
  });

  test(`${name} ends with 2 for a command line that makes no sense, though it is to fail open`, async () => {
    for (const options of [['--format', 'tcl'], ['--bogus'], ['--format']]) {
      const outcome = await print(strong, [...options, '--fail-open']);
      assert.equal(outcome.code, 2, options.join(' '));
    }
  });

  test(`${name} bears that a TaskProlog has neither input nor standard error`, async () => {
    const words = [...command, ...JULIA, '--format', 'slurm'];
    const closed = await runCommand(['sh', '-c', 'exec "$@" <&- 2>&-', 'sh', ...words]);
    assert.equal(closed.code, 0);
    assert.match(closed.stdout, /^export DEPOT_JULIA_FLAGS=/m);
  });
}

test('what Slurm cannot carry leaves plain Julia, and no image is named', async () => {
  const [[command]] = PROGRAMS;
  const words = [...command, ...JULIA, '--format', 'slurm', '--scratch', '/tmp/two\nlines'];
  const { code, stdout } = await runCommand(words);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^print depotcast: plain Julia, no image: .* line break.*\nexport DEPOT_JULIA_FLAGS=\n$/,
  );
});

test('a repository that is away leaves plain Julia, and the tree is named', async () => {
  const [[command]] = PROGRAMS;
  const outcome = await site.withoutTree(() => runCommand([...command, '--format', 'slurm']));
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.ok(
    outcome.stdout.startsWith(
      `print depotcast: plain Julia, no image: depot-hydrate: error: ${site.prefix}: neither`,
    ),
  );
});

/** A batch system: its prologue as documented, and how it gets to run one with a job. */
interface System {
  readonly name: string;
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
  /** Given the prologue and the job's own script. */
  readonly command: (prologue: string, job: string) => string[];
}

const condor = join(scratch, 'condor');
await mkdir(condor);
const HTCONDOR = {
  _CONDOR_SCRATCH_DIR: condor,
  _CONDOR_SLOT: 'slot1_1',
  _CONDOR_JOB_AD: join(condor, '.job.ad'),
  _CONDOR_MACHINE_AD: join(condor, '.machine.ad'),
  _CONDOR_WRAPPER_ERROR_FILE: join(condor, '.job_wrapper_failure'),
};
const PBS = {
  PBS_ENVIRONMENT: 'PBS_BATCH',
  PBS_JOBID: '17.server',
  PBS_JOBNAME: 'job.pbs',
  PBS_NODEFILE: '/var/spool/pbs/aux/17.server',
  PBS_O_WORKDIR: scratch,
  PBS_QUEUE: 'batch',
};

const wrapper = (prologue: string, job: string): string[] => [prologue, job, 'a b'];
const SYSTEMS: readonly System[] = [
  { name: 'HTCondor', script: '/etc/condor/depotcast-wrapper', env: HTCONDOR, command: wrapper },
  {
    name: 'HTCondor, closed',
    script: '/etc/condor/depotcast-wrapper-closed',
    env: HTCONDOR,
    command: wrapper,
  },
  {
    name: 'PBS',
    script: '/etc/profile.d/depotcast.sh',
    env: PBS,
    // As a login shell does before it reads the job's script.
    command: (prologue, job) => ['sh', '-c', '. "$0"; job=$1; set -- "a b"; . "$job"', prologue, job],
  },
];

const best = JSON.parse(
  (await runCommand([site.hydrator, 'explain', '--repo', site.prefix, '--channel', 'prod', '--json'])).stdout,
) as { chosen: { target: string } | null };
const skip = best.chosen === null && 'this machine can run none of the images';
const image = best.chosen?.target.replace('x86-64-', '') ?? '';
const job = join(scratch, 'job.sh');
await writeFile(job, '#!/bin/sh\njulia $DEPOT_JULIA_FLAGS "$1"\n', { mode: 0o755 });
const withJulia = { PATH: `${join(site.julia, '..')}:${process.env['PATH'] ?? ''}` };

for (const { name, script, env, command } of SYSTEMS) {
  const prologue = await writeDocumentedScript(
    join(scratch, script.replaceAll('/', '_')),
    script,
    site.places,
  );
  const start = (channel: NodeJS.ProcessEnv): Promise<Outcome> =>
    runCommand(command(prologue, job), { env: { ...withJulia, ...env, ...channel } });

  test(`a job of ${name} that asks gets the image of its node`, { skip }, async () => {
    const { code, stdout, stderr } = await start({ DEPOT_CHANNEL: 'prod' });
    assert.deepEqual([code, stdout], [0, `image ${image}, --startup-file=no a b\n`], stderr);
    assert.match(stderr, /^depotcast: release-1 \([0-9a-f]{12}\) on x86-64-v\d, sysimage.*\n$/);
  });

  test(`a job of ${name} that does not ask is left alone`, async () => {
    const { code, stdout, stderr } = await start({});
    assert.deepEqual([code, stdout, stderr], [0, 'no image, a b\n', '']);
  });
}

for (const { name, script, env, command } of SYSTEMS.filter((system) => !system.script.includes('closed'))) {
  test(`a job of ${name} runs on plain Julia while the repository is away`, async () => {
    const prologue = join(scratch, script.replaceAll('/', '_'));
    const outcome = await site.withoutTree(() =>
      runCommand(command(prologue, job), { env: { ...withJulia, ...env, DEPOT_CHANNEL: 'prod' } }),
    );
    assert.deepEqual([outcome.code, outcome.stdout], [0, 'no image, a b\n'], outcome.stderr);
    assert.match(outcome.stderr, /^depotcast: plain Julia, no image: .*activate cannot be started$/m);
  });
}

test('a job of HTCondor that must have its image is given back with the reason', async () => {
  const closed = SYSTEMS.find(({ script }) => script.includes('closed'));
  assert.ok(closed);
  const command = closed.command(join(scratch, closed.script.replaceAll('/', '_')), job);
  const env = { ...withJulia, ...HTCONDOR, DEPOT_CHANNEL: 'prod', PATH: '/usr/bin:/bin' };
  const outcome = await site.withoutTree(() => runCommand(command, { env }));
  assert.notEqual(outcome.code, 0);
  assert.equal(outcome.stdout, '');
  assert.match(await readFile(HTCONDOR._CONDOR_WRAPPER_ERROR_FILE, 'utf8'), /activate.*not found/);
});

test('a job of any other system starts the same way from its own script', { skip }, async () => {
  for (const name of ['any-job.sh', 'strict-job.sh']) {
    const path = await writeDocumentedScript(join(scratch, name), name, site.places);
    const { code, stdout, stderr } = await runCommand([path]);
    assert.deepEqual([code, stdout], [0, `image ${image}, --startup-file=no analysis.jl\n`], stderr);
  }
});

test('a Prolog fetches for all jobs of a node, and does not fail where it cannot', { skip }, async () => {
  const prolog = await writeDocumentedScript(join(scratch, 'prolog'), '/etc/slurm/prolog.sh', site.places);
  await site.withoutTree(async () => {
    const fetched = await runCommand([prolog]);
    assert.equal(fetched.code, 0, fetched.stderr);
    assert.match(fetched.stdout, /^x86-64-v\d, sysimage: ready below /);
    const source = ['--repo', site.repo.path, '--root', site.repo.root, '--channel', 'prod'];
    const { stdout } = await runCommand([site.hydrator, 'env', '--format', 'slurm', ...source, ...JULIA]);
    const [, sysimage] = /^export DEPOT_JULIA_FLAGS=-J (\S+)/m.exec(stdout) ?? [];
    assert.equal(await readFile(sysimage ?? stdout, 'utf8'), image);
    assert.ok(sysimage?.startsWith(`${site.prefix}/`), stdout);
    assert.doesNotMatch(stdout, /fetched/);
  });
  const places = { ...site.places, 'https://julia.example.org': join(scratch, 'nowhere') };
  const lost = await writeDocumentedScript(join(scratch, 'lost'), '/etc/slurm/prolog.sh', places);
  assert.equal((await runCommand([lost])).code, 0);
});
