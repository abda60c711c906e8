import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderActivate } from '../src/activate/render-activate.js';
import type { LayerId } from '../src/format/index.js';
import { parseCpuInfo } from '../src/host/cpuinfo.js';
import { bundledJulia } from '../src/launch/julia-program.js';
import { renderEnvironment } from '../src/launch/render-environment.js';
import { selectImage } from '../src/select/select-image.js';
import { fakeJulia, linkedJulia, record, release, releaseId, scratch, script } from './activated.js';
import { hosts } from './hosts.js';

const haswell = hosts.find(({ name }) => name === 'Haswell');
assert.ok(haswell);
const recorded = await record('haswell', haswell.cpuinfo);
const onHaswell = ['--cpuinfo', recorded, '--machine', 'x86_64'];

test('a job starts with the environment and the flags that the hydrator would give it', () => {
  const args = [...onHaswell, '--julia', linkedJulia, 'julia', 'a b.jl', "it's"];
  const env = { PATH: process.env['PATH'], DEPOT_SCRATCH: '/scr', JULIA_CPU_TARGET: 'native' };
  const lines = execFileSync(script, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    .trimEnd()
    .split('\n');
  const { chosen } = selectImage(release, parseCpuInfo(haswell.cpuinfo, 'x86_64'));
  assert.ok(chosen);
  const context = { root: release.prefix, juliaBindir: join(scratch, 'julia/bin'), scratch: '/scr' };
  const expected = renderEnvironment(release, chosen, context);
  const words = lines.flatMap((line) => (line.startsWith('arg ') ? [line.slice(4)] : []));
  assert.deepEqual(words, [...expected.flags, 'a b.jl', "it's"]);
  const set = lines.filter((line) => line.startsWith('JULIA_')).sort();
  assert.deepEqual(
    set,
    Object.entries(expected.set)
      .map(([name, value]) => `${name}=${value}`)
      .sort(),
  );
});

const CASES: readonly [args: string[], code: number, message: RegExp][] = [
  [[], 2, /no command/],
  [['--bogus'], 2, /unknown option --bogus/],
  [['--target'], 2, /--target needs a value/],
  [['--target', 'x86-64-v9', 'julia'], 2, /no such environment, target or start/],
  [['--machine', 'riscv64', 'julia'], 3, /no image of this release runs on this riscv64 host.*is for x86_64/],
  [['--julia', '/nonexistent', 'julia'], 5, /nonexistent is not on the PATH/],
];
for (const [args, code, message] of CASES) {
  test(`activate ${args.join(' ')} ends with ${code}`, () => {
    const outcome = spawnSync(script, args, { encoding: 'utf8' });
    assert.equal(outcome.status, code, outcome.stderr);
    assert.match(outcome.stderr, message);
  });
}

test('a Julia of another version is refused, down to the patch number', async () => {
  const other = join(scratch, 'other');
  await mkdir(join(other, 'share/julia/stdlib'), { recursive: true });
  await mkdir(join(other, 'bin'));
  await writeFile(join(other, 'bin/julia'), '#!/bin/sh\necho julia version 1.10.9\n', { mode: 0o755 });
  const outcome = spawnSync(script, ['--julia', join(other, 'bin/julia'), 'julia'], { encoding: 'utf8' });
  assert.equal(outcome.status, 3, outcome.stderr);
  assert.match(outcome.stderr, /for Julia 1\.10\.8, but .* is 1\.10\.9/);
});

test('a tree that lacks what the image needs is told of, not started', async () => {
  const elsewhere = join(scratch, 'elsewhere');
  await writeFile(elsewhere, renderActivate({ ...release, prefix: join(scratch, 'empty') }, releaseId), {
    mode: 0o755,
  });
  const outcome = spawnSync(elsewhere, ['--julia', fakeJulia, 'julia'], { encoding: 'utf8' });
  assert.equal(outcome.status, 5, outcome.stderr);
  assert.match(outcome.stderr, /empty\/layers\/\S+ is not there/);
});

test('--help says how to call it', () => {
  const outcome = spawnSync(script, ['--help'], { encoding: 'utf8' });
  assert.equal(outcome.status, 0);
  assert.match(outcome.stdout, /activate \[options\] julia script\.jl/);
});

test('a Julia that comes with the release is started on nodes that have none, as the hydrator would', async () => {
  const runtime = `runtime-${'9'.repeat(32)}` as LayerId;
  const images = release.images.map((image) => ({ ...image, runtime }));
  const bundled = join(scratch, 'bundled');
  await writeFile(bundled, renderActivate({ ...release, images }, releaseId), { mode: 0o755 });
  const run = (...words: string[]) =>
    spawnSync(bundled, [...onHaswell, ...words], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', DEPOT_SCRATCH: '/scr' },
    });
  const missing = run('julia', 'job.jl');
  assert.equal(missing.status, 5, missing.stderr);
  assert.match(missing.stderr, /\/layers\/runtime-9+\/bin is not there/);

  const bindir = join(release.prefix, 'layers', runtime, 'bin');
  await mkdir(bindir, { recursive: true });
  await writeFile(join(bindir, 'julia'), '#!/bin/sh\necho "$0 $*"\nenv', { mode: 0o755 });
  const [started, ...variables] = run('julia', 'job.jl').stdout.trimEnd().split('\n');
  const { chosen } = selectImage({ ...release, images }, parseCpuInfo(haswell.cpuinfo, 'x86_64'));
  assert.ok(chosen);
  const julia = bundledJulia(chosen, release.prefix);
  const context = { root: release.prefix, juliaBindir: bindir, scratch: '/scr', path: '/usr/bin:/bin' };
  const { set, flags } = renderEnvironment(release, chosen, context);
  assert.equal(started, [...(julia?.command ?? []), ...flags, 'job.jl'].join(' '));
  for (const [name, value] of Object.entries(set)) assert.ok(variables.includes(`${name}=${value}`), name);

  const byName = run('sh', '-c', 'command -v julia');
  assert.equal(byName.stdout.trim(), join(bindir, 'julia'));
  const printed = run('--env');
  assert.ok(printed.stdout.includes(`export PATH='${bindir}:/usr/bin:/bin'\n`), printed.stdout);
  const other = run('--julia', fakeJulia, 'julia', 'job.jl');
  assert.match(other.stdout, /^arg .*\narg /, 'one that is named is taken instead');
});
