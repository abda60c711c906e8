import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { DepotError } from '@depotcast/hydrator/format';
import { checkCpuTarget } from '../src/cpu-target/check-cpu-target.js';
import { parseSpec } from '../src/spec/parse.js';
import { applyOverrides, readSpec } from '../src/spec/read.js';
import { specSchema } from '../src/spec/schema.js';
import { suggest } from '../src/spec/suggest.js';
import { withTemporary, writeFiles } from './temporary.js';

const GOOD = `name = "jets"
version = "1.0"
prefix = "/cvmfs/jets.example.org"
targets = ["x86-64", "x86-64-v3"]

[[environment]]
name = "jets"

[environment.sysimage]
workload = "workload.jl"
`;

const parse = (text: string) => parseSpec(text, '/site/spec.toml', (path) => resolve('/site', path));

test('a short spec gets its defaults, and paths relative to it', () => {
  const { spec, problems } = parse(GOOD);
  assert.deepEqual(problems, []);
  assert.ok(spec);
  assert.deepEqual(spec.julia, ['julia']);
  assert.deepEqual(spec.linker, ['cc']);
  assert.deepEqual(
    spec.targets.map(({ name }) => name),
    ['x86-64', 'x86-64-v3'],
  );
  assert.deepEqual(spec.environments, [
    {
      name: 'jets',
      project: '/site',
      starts: ['sysimage', 'caches'],
      packages: undefined,
      lazyArtifacts: false,
      workload: '/site/workload.jl',
      statements: undefined,
    },
  ]);
});

test('a launcher keeps its words; those that begin with a dot are relative to the spec', () => {
  const { spec } = parse(GOOD.replace('[[env', '[julia]\ncommand = ["qemu", "-L", "./arm"]\n[[env'));
  assert.deepEqual(spec?.julia, ['qemu', '-L', '/site/arm']);
});

test('every mistake is reported at once, with its line and a remedy', () => {
  const { problems } = parse(`name = "two words"
prefix = "relative/"
targets = ["x86-64", "x86-64-v9", "x86-64"]
colour = 1

[julia]
comand = "julia"

[compile]
opt-level = 4

[[environment]]
name = "a"
starts = ["caches"]

[environment.sysimage]
workloda = "w.jl"

[[environment]]
name = "a"
starts = []
`);
  const seen = problems.map(({ line, key }) => `${line ?? '-'} ${key}`);
  for (const expected of [
    '- version',
    '1 name',
    '2 prefix',
    '3 targets[1]',
    '3 targets',
    '4 colour',
    '7 julia.comand',
    '10 compile.opt-level',
    '17 environment[0].sysimage.workloda',
    '21 environment[1].starts',
  ]) {
    assert.ok(seen.includes(expected), `${expected} is not in ${seen.join('; ')}`);
  }
  assert.ok(problems.every(({ remedy }) => remedy !== ''));
  assert.equal(problems.find(({ key }) => key === 'julia.comand')?.remedy, "did you mean 'command'?");
  assert.match(problems.find(({ key }) => key === 'targets[1]')?.message ?? '', /known: x86-64, x86-64-v2/);
});

test('what only several keys together show is reported too', () => {
  const { problems } = parse(
    `${GOOD}\n[[environment]]\nname = "jets"\nstarts = ["caches"]\n[environment.sysimage]\n`,
  );
  assert.deepEqual(
    problems.map(({ line, key }) => [line, key]),
    [
      [13, 'environment[1].name'],
      [15, 'environment[1].sysimage'],
    ],
  );
});

test('a workload serves environments of caches alone, and stands in one place', () => {
  const cachesOnly = GOOD.replace('[environment.sysimage]', 'starts = ["caches"]');
  assert.deepEqual(parse(cachesOnly).problems, []);
  assert.equal(parse(cachesOnly).spec?.environments[0]?.workload, '/site/workload.jl');
  const twice = GOOD.replace('[environment.sysimage]', 'workload = "w.jl"\n[environment.sysimage]');
  assert.deepEqual(
    parse(twice).problems.map(({ line, key }) => [line, key]),
    [[11, 'environment[0].sysimage.workload']],
  );
});

test('a text that is no TOML is refused with line and column', () => {
  assert.throws(() => parse('name = "jets"\nversion = \n'), {
    code: 'bad-spec',
    message: /^\/site\/spec\.toml:2:\d+: not TOML: /,
  });
});

test('files that a spec names and that are not there count as mistakes of the spec', async () => {
  await withTemporary(async (folder) => {
    await writeFiles(folder, { 'spec.toml': GOOD });
    await assert.rejects(readSpec(join(folder, 'spec.toml')), (error: unknown) => {
      assert.ok(error instanceof DepotError);
      assert.equal(error.code, 'bad-spec');
      assert.equal(error.exitCode, 2);
      assert.match(error.message, /^2 mistakes:/);
      assert.match(error.message, /spec\.toml:10: workload: /);
      return true;
    });
    await writeFiles(folder, { 'Project.toml': '', 'workload.jl': '' });
    assert.equal((await readSpec(join(folder, 'spec.toml'))).name, 'jets');
  });
});

test('the command line wins over the spec', () => {
  const { spec } = parse(GOOD);
  assert.ok(spec);
  const changed = applyOverrides(spec, { prefix: '/other', julia: ['j', 'x'], targets: ['x86-64-v4'] });
  assert.equal(changed.prefix, '/other');
  assert.deepEqual(changed.julia, ['j', 'x']);
  assert.deepEqual(changed.linker, ['cc']);
  assert.deepEqual(
    changed.targets.map(({ name }) => name),
    ['x86-64-v4'],
  );
  assert.throws(() => applyOverrides(spec, { targets: ['v3'] }), { code: 'usage', message: /'v3'/ });
});

test('a slip of the pen is recognised, another word is not', () => {
  assert.equal(suggest('x86_64-v3', ['x86-64', 'x86-64-v3']), 'x86-64-v3');
  assert.equal(suggest('versoin', ['name', 'version']), 'version');
  assert.equal(suggest('colour', ['name', 'version']), undefined);
});

const OWN = `
[[target]]
name = "znver2-site"
arch = "x86_64"
base = "x86-64-v3"
requires = ["clzero"]
julia = "haswell,-rdrnd,-xsaveopt,-pclmul,-fsgsbase,clzero"

[[target]]
name = "x86-64-v3"
requires = ["aes", "avx2"]
`;

test('a spec may describe targets of its own, and ask more of the nodes of one that all specs can name', () => {
  const { spec, problems } = parse(GOOD.replace('"x86-64-v3"]', '"x86-64-v3", "znver2-site"]') + OWN);
  assert.deepEqual(problems, []);
  const [, v3, own] = spec?.targets ?? [];
  assert.deepEqual(v3?.raised, ['aes']);
  assert.ok(v3.requires.includes('aes') && v3.requires.filter((name) => name === 'avx2').length === 1);
  assert.equal(own?.arch, 'x86_64');
  assert.ok(['sse2', 'avx2', 'clzero'].every((name) => own.requires.includes(name)));
  assert.deepEqual(own.julia, [
    { since: '1.0', cpuTarget: 'haswell,-rdrnd,-xsaveopt,-pclmul,-fsgsbase,clzero' },
  ]);
  assert.ok(spec);
  assert.equal(applyOverrides(spec, { targets: ['znver2-site'] }).targets[0]?.name, 'znver2-site');
});

test('strings by version of Julia stand in the order of versions', () => {
  const rows = `[{ since = "1.11", cpu-target = "znver4" }, { since = "1.9", cpu-target = "znver3" }]`;
  const { spec } = parse(GOOD + OWN.replace('"haswell,-rdrnd,-xsaveopt,-pclmul,-fsgsbase,clzero"', rows));
  assert.deepEqual(
    spec?.knownTargets.at(-1)?.julia.map(({ since }) => since),
    ['1.9', '1.11'],
  );
});

test('what is wrong with a target of the spec is reported with its line and a remedy', () => {
  const { problems } = parse(`${GOOD}
[[target]]
name = "new"
base = "x86-64-v9"
requires = ["sse3", "lzcnt", "avx2"]
cpu-target = "haswell"

[[target]]
name = "x86-64-v3"
arch = "aarch64"
base = "x86-64"
julia = [{ since = "1.11", cpu-target = "haswell", cpu = "x" }]

[[target]]
name = "new"
arch = "aarch64"
base = "x86-64"
julia = "two words"
`);
  const seen = problems.map(
    ({ line, key, message, remedy }) => `${line ?? '-'} ${key}: ${message}: ${remedy}`,
  );
  for (const expected of [
    /^\d+ target\[0\]\.arch: is missing: add arch/,
    /^\d+ target\[0\]\.julia: is missing/,
    /^14 target\[0\]\.base: unknown target 'x86-64-v9': did you mean/,
    /^16 target\[0\]\.cpu-target: unknown key/,
    /^20 target\[1\]\.arch: 'x86-64-v3' is for x86_64/,
    /^21 target\[1\]\.base: 'x86-64-v3' has requirements of its own/,
    /^\d+ target\[1\]\.julia\[0\]\.cpu: unknown key/,
    /^\d+ target\[2\]\.name: 'new' is described twice/,
    /^\d+ target\[2\]\.base: 'x86-64' is for x86_64, not aarch64/,
    /^\d+ target\[2\]\.julia: expected what Julia takes for -C/,
  ]) {
    assert.ok(
      seen.some((line) => expected.test(line)),
      `${String(expected)} is not in\n${seen.join('\n')}`,
    );
  }
});

test("features in Julia's spelling are no requirements", () => {
  const { problems } = parse(GOOD + OWN.replace('"clzero"', '"sse3", "clzero", "lzcnt"'));
  assert.deepEqual(
    problems.map(({ key, remedy }) => [key, remedy]),
    [
      ['target[0].requires[0]', 'write "pni"'],
      ['target[0].requires[2]', 'write "abm"'],
    ],
  );
});

test('the targets that the documentation shows are accepted', () => {
  const text = readFileSync(new URL('../../../../docs/targets.md', import.meta.url), 'utf8');
  const codeOf = (passage: string): string =>
    passage
      .split('\n')
      .filter((line) => line.startsWith('    '))
      .join('\n');
  const example = text
    .split(/\n(?=\S)/)
    .map(codeOf)
    .filter((code) => code.startsWith('    [[target]]'))
    .join('\n');
  const { spec, problems } = parse(`${GOOD}\n${example}`);
  assert.deepEqual(problems, []);
  const own = spec?.knownTargets.at(-1);
  assert.equal(own?.name, 'cascadelake-site');
  const cpuTarget = own.julia[0]?.cpuTarget ?? '';
  assert.equal(checkCpuTarget({ ...own, cpuTarget, juliaVersion: '1.10.8' }), undefined);
});

test('every key of a spec is in the documentation', () => {
  const text = readFileSync(new URL('../../../../docs/spec.md', import.meta.url), 'utf8');
  const targets = readFileSync(new URL('../../../../docs/targets.md', import.meta.url), 'utf8');
  const keys = keysOf(specSchema);
  assert.ok(keys.includes('workload') && keys.includes('opt-level'));
  const isNamed = (key: string) => [`${key}\``, `${key}]`].some((spelling) => text.includes(spelling));
  const missing = keys.filter((key) => !isNamed(key) && !targets.includes(key));
  assert.deepEqual(missing, []);
});

/** All keys of a schema, however deep. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { wrapped, item, options, entries } = schema as Record<string, unknown>;
  const alternatives: unknown[] = Array.isArray(options) ? options : [];
  const own = Object.entries(entries ?? {}).flatMap(([key, entry]) => [key, ...keysOf(entry)]);
  return [...own, ...[wrapped, item, ...alternatives].flatMap(keysOf)];
}
