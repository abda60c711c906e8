import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestOf } from '@depotcast/hydrator/format';
import { writeFakeBundle } from './support/fake-bundle.js';
import { run, succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

interface Diagnosis {
  readonly findings: readonly {
    readonly effect: string;
    readonly subject: string;
    readonly remedy: string;
  }[];
}

const STOCK_IMAGE = 'the image that Julia came with';

const scratch = await temporaryDirectory();
const prefix = join(scratch, 'prefix');
const repo = await initRepository(scratch, prefix);
const bundle = join(scratch, 'bundle');
const juliaIdentity = digestOf(STOCK_IMAGE);
await writeFakeBundle(bundle, {
  prefix,
  images: { 'x86-64': 'image', aarch64: 'other image' },
  juliaIdentity,
});
await publish(repo, bundle, 'release', 'prod');
await succeed('depot-publish', ['export', repo.path, '--into', prefix]);
const stock = join(scratch, 'sys.so');
await writeFile(stock, STOCK_IMAGE);
const julia = await installJulia('julia', '1.5.3', stock);
const home = join(scratch, 'home');

/** Stands in for Julia where only what it says of itself matters. */
async function installJulia(name: string, version: string, image: string): Promise<string> {
  const program = join(scratch, name);
  await writeFile(
    program,
    `#!/bin/sh
case $* in
  --version) echo julia version ${version} ;;
  *BINDIR*) echo /nowhere/bin ;;
  *image_file*) printf %s ${image} ;;
esac
`,
  );
  await chmod(program, 0o755);
  return program;
}

async function doctor(args: readonly string[], env: NodeJS.ProcessEnv = {}, program = julia) {
  const opened = ['doctor', '--repo', prefix, '--channel', 'prod', '--julia', program];
  const outcome = await run('depot-hydrate', [...opened, ...args], {
    env: { PATH: process.env['PATH'], HOME: home, ...env },
  });
  return { ...outcome, diagnosis: (): Diagnosis => JSON.parse(outcome.stdout) as Diagnosis };
}

test('a clean shell on a whole tree is fine', async () => {
  const outcome = await doctor([]);
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.match(outcome.stdout, /^release release \([0-9a-f]{12}\) on .*, sysimage, with .*\nnothing found/);
});

test('what leads a plain julia astray is named with its remedy, and the start that undoes it is fine', async () => {
  const env = { JULIA_LOAD_PATH: '@:@v#.#:@stdlib', JULIA_CPU_TARGET: 'native', JULIA_NUM_THREADS: '4' };
  const outcome = await doctor(['--json'], env);
  assert.equal(outcome.code, 4);
  assert.deepEqual(
    outcome.diagnosis().findings.map(({ effect, subject }) => [effect, subject]),
    [
      ['diverts', 'JULIA_LOAD_PATH=@:@v#.#:@stdlib'],
      ['compiles', 'JULIA_CPU_TARGET=native'],
    ],
  );
  const opened = ['--repo', prefix, '--channel', 'prod', '--julia', julia];
  const script = await succeed('depot-hydrate', ['env', ...opened], {
    env: { PATH: process.env['PATH'], HOME: home },
  });
  const variables = [...script.matchAll(/^export (JULIA\w+)='(.*)'$/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
  assert.equal((await doctor([], Object.fromEntries(variables) as NodeJS.ProcessEnv)).code, 0);
});

test("files in the user's own depot are found", async () => {
  const full = join(scratch, 'full-home');
  await mkdir(join(full, '.julia/config'), { recursive: true });
  await mkdir(join(full, '.julia/environments/v1.5'), { recursive: true });
  await writeFile(join(full, '.julia/config/startup.jl'), '# only a comment\n');
  assert.equal((await doctor([], { HOME: full })).code, 0);
  await writeFile(join(full, '.julia/config/startup.jl'), 'using Revise\n');
  await writeFile(join(full, '.julia/environments/v1.5/Project.toml'), '[deps]\n');
  const { diagnosis } = await doctor(['--json'], { HOME: full });
  assert.deepEqual(
    diagnosis().findings.map(({ subject }) => subject),
    [join(full, '.julia/config/startup.jl'), join(full, '.julia/environments/v1.5/Project.toml')],
  );
});

test('flags of the job are held against the image', async () => {
  const { code, diagnosis } = await doctor([
    '--json',
    '--',
    'julia',
    '--check-bounds=yes',
    'job.jl',
    '-C',
    'native',
  ]);
  assert.equal(code, 4);
  assert.deepEqual(
    diagnosis().findings.map(({ subject }) => subject),
    ['--check-bounds=yes'],
  );
});

test('another Julia, or another build of the same version, breaks the start', async () => {
  const other = join(scratch, 'other.so');
  await writeFile(other, 'another image');
  for (const [program, what] of [
    [await installJulia('later', '1.6.7', stock), /is Julia 1\.6\.7, and the image is for 1\.5\.3/],
    [await installJulia('rebuilt', '1.5.3', other), /is another build of Julia 1\.5\.3/],
  ] as const) {
    const outcome = await doctor([], {}, program);
    assert.equal(outcome.code, 4);
    assert.match(outcome.stdout, what);
  }
});

test('without an image for the node there is nothing to examine: exit 3', async () => {
  assert.equal((await doctor(['--machine', 'riscv64'])).code, 3);
});
