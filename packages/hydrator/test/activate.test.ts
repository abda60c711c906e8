import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { renderActivate } from '../src/activate/render-activate.js';
import { type Image, parseRelease, type Release, releaseIdOf, STARTS, TARGETS } from '../src/format/index.js';
import { parseCpuInfo } from '../src/host/cpuinfo.js';
import { renderEnvironment } from '../src/launch/render-environment.js';
import { applyOverride, parseOverride } from '../src/select/override.js';
import { selectImage } from '../src/select/select-image.js';
import { golden } from './golden.js';
import { hosts } from './hosts.js';

const scratch = await mkdtemp(join(tmpdir(), 'depotcast-activate-'));
after(() => rm(scratch, { recursive: true }));

const template = parseRelease(golden('release.json'), 'release.json');
const [prototype] = template.images;
assert.ok(prototype);
const images: Image[] = TARGETS.flatMap((target) =>
  STARTS.map((start) => ({
    ...prototype,
    ...{ start, target: target.name, arch: target.arch, requires: [...target.requires] },
    ...(start === 'caches' ? { sysimage: null } : {}),
  })),
);
const release: Release = { ...template, prefix: join(scratch, 'prefix'), images };
const script = join(scratch, 'activate');
await writeFile(script, renderActivate(release, releaseIdOf(Buffer.from('x'))), { mode: 0o755 });
for (const image of images) {
  await mkdir(
    join(
      release.prefix,
      'layers',
      release.environments[0]?.sources ?? '',
      release.environments[0]?.project ?? '',
    ),
    { recursive: true },
  );
  if (image.sysimage === null) continue;
  await mkdir(join(release.prefix, 'layers', image.sysimage), { recursive: true });
  await writeFile(join(release.prefix, 'layers', image.sysimage, 'sys.so'), '');
}

const fakeJulia = join(scratch, 'julia', 'bin', 'julia');
await mkdir(join(scratch, 'julia/share/julia/stdlib'), { recursive: true });
await mkdir(join(scratch, 'julia/bin'));
await writeFile(
  fakeJulia,
  '#!/bin/sh\n[ "$1" != --version ] || { echo julia version 1.10.8; exit; }\nfor word; do echo "arg $word"; done\nenv | grep -E "^JULIA_|^DEPOT_JULIA"\n',
  { mode: 0o755 },
);
await symlink(fakeJulia, join(scratch, 'linked-julia'));

/** Every shell here that a node may have. */
const SHELLS = [['dash'], ['busybox', 'sh'], ['bash', '--posix']].filter(
  ([program = '']) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0,
);

/** The script's verdicts on a host, in the words of `--explain`. */
function explainInShell(shell: readonly string[], cpuinfo: string, machine: string): string[] {
  const file = join(scratch, 'cpuinfo');
  spawnSync('tee', [file], { input: cpuinfo });
  const [program = '', ...args] = shell;
  const out = execFileSync(program, [...args, script, '--explain', '--cpuinfo', file, '--machine', machine], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return out.trimEnd().split('\n');
}

function explainHere(cpuinfo: string, machine: string): string[] {
  const { chosen, candidates } = selectImage(release, parseCpuInfo(cpuinfo, machine));
  return candidates.map(({ image, runnable, missing }) => {
    const name = `${image.target} ${image.start}: `;
    if (image === chosen) return `${name}chosen`;
    if (runnable) return `${name}runs here too`;
    const inOrder = image.requires.filter((feature) => missing.includes(feature));
    return name + (inOrder.length === 0 ? `is for ${image.arch}` : `missing ${inOrder.join(' ')}`);
  });
}

test('there is a shell to compare with', () => {
  assert.ok(SHELLS.length > 0);
});

for (const shell of SHELLS) {
  test(`${shell.join(' ')} decides as the hydrator does on every recorded host`, () => {
    for (const { name, cpuinfo, machine } of hosts) {
      assert.deepEqual(explainInShell(shell, cpuinfo, machine), explainHere(cpuinfo, machine), name);
    }
  });

  test(`${shell.join(' ')} decides as the hydrator does on generated hosts`, () => {
    const feature = fc.constantFrom(
      ...new Set(TARGETS.flatMap(({ requires }) => requires)),
      'sse3',
      'lzcnt',
      'sve2',
      'svei8mm',
      'constructor',
    );
    const separator = fc.constantFrom(' ', '  ', '\t');
    const line = fc
      .tuple(
        fc.constantFrom('flags\t\t: ', 'Features\t: ', 'Flags:   ', 'flagsx: ', 'xflags: ', ' flags: '),
        fc.array(feature, { maxLength: 40 }),
        separator,
        fc.constantFrom('', '\r', ' '),
      )
      .map(([head, words, between, tail]) => `${head}${words.join(between)}${tail}\n`);
    const everything = [
      ...new Set(TARGETS.filter(({ arch }) => arch === 'x86_64').flatMap(({ requires }) => requires)),
    ];
    const nearly = fc
      .subarray(everything, { minLength: everything.length - 3 })
      .map((words) => `flags : ${words.join(' ')}\n`);
    const cpuinfo = fc
      .array(fc.oneof(line, nearly), { maxLength: 3 })
      .map((lines) => lines.join('model name\t: x\n'));
    fc.assert(
      fc.property(cpuinfo, fc.constantFrom('x86_64', 'aarch64', 'arm64', 'riscv64'), (text, machine) => {
        assert.deepEqual(explainInShell(shell, text, machine), explainHere(text, machine));
      }),
      { numRuns: 300 },
    );
  });
}

const OVERRIDES = [
  'x86-64-v2',
  'x86-64-v4',
  'force:x86-64-v4',
  'force:x86-64',
  'x86-64-v9',
  'force:none',
  '',
];
for (const override of OVERRIDES) {
  test(`DEPOT_TARGET=${override} has the same effect in both`, () => {
    const [haswell] = hosts.filter(({ name }) => name === 'Haswell');
    assert.ok(haswell);
    const file = join(scratch, 'cpuinfo');
    spawnSync('tee', [file], { input: haswell.cpuinfo });
    const env = { PATH: process.env['PATH'], DEPOT_TARGET: override };
    const args = ['--explain', '--cpuinfo', file, '--machine', 'x86_64'];
    const { stdout, stderr } = spawnSync(script, args, { env, encoding: 'utf8' });
    const before = selectImage(release, parseCpuInfo(haswell.cpuinfo, 'x86_64'));
    const { decision, warning } = applyOverride(before, parseOverride(override));
    const chosen = stdout.split('\n').find((line) => line.endsWith(': chosen'));
    assert.equal(chosen, `${decision.chosen?.target ?? ''} ${decision.chosen?.start ?? ''}: chosen`);
    assert.equal(stderr.split('\n')[0] ?? '', warning === undefined ? '' : `warning: ${warning}`);
  });
}

test('a job starts with the environment and the flags that the hydrator would give it', () => {
  const [haswell] = hosts.filter(({ name }) => name === 'Haswell');
  assert.ok(haswell);
  const file = join(scratch, 'haswell');
  spawnSync('tee', [file], { input: haswell.cpuinfo });
  const args = [
    '--cpuinfo',
    file,
    '--machine',
    'x86_64',
    '--julia',
    join(scratch, 'linked-julia'),
    'julia',
    'a b.jl',
    "it's",
  ];
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
  await writeFile(
    elsewhere,
    renderActivate({ ...release, prefix: join(scratch, 'empty') }, releaseIdOf(Buffer.from('x'))),
    { mode: 0o755 },
  );
  const outcome = spawnSync(elsewhere, ['--julia', fakeJulia, 'julia'], { encoding: 'utf8' });
  assert.equal(outcome.status, 5, outcome.stderr);
  assert.match(outcome.stderr, /empty\/layers\/\S+ is not there/);
});

test('--help says how to call it', () => {
  const outcome = spawnSync(script, ['--help'], { encoding: 'utf8' });
  assert.equal(outcome.status, 0);
  assert.match(outcome.stdout, /activate \[options\] julia script\.jl/);
});
