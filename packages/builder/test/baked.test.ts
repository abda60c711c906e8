import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DepotError, TARGETS } from '@depotcast/hydrator/format';
import { loadEmulated } from '../src/baked/emulated-compile.js';
import { emulatedCpu, exactModel } from '../src/baked/emulated-cpu.js';
import { findEmulator, requireEmulator } from '../src/baked/find-emulator.js';
import { type BakedOrder, judgeBaked } from '../src/baked/judge-baked.js';
import { type BakedValue, parseProbe, renderProbe } from '../src/baked/probe-script.js';
import { withTemporary } from './temporary.js';

const HOST = { name: 'HostCPUFeatures', uuid: '3e5b6fbb-0976-4d2c-9146-d79de83f2fb0' };
const OTHER = { name: 'Static', uuid: 'aedffcd0-7271-4cad-89d0-dc628f76c6d3' };

const ORDER: BakedOrder = {
  label: 'compile the caches of jets for x86-64-v3',
  targets: ['x86-64-v3'],
  features: new Set(['avx', 'avx2', 'fma', 'sse4.2']),
  arch: 'x86_64',
  canBeEmulated: false,
};

const held = (features: readonly string[], more: Readonly<Record<string, string>> = {}): BakedValue[] => [
  ...features.map((value) => ({ package: HOST.name, what: 'feature', value })),
  ...Object.entries(more).map(([what, value]) => ({ package: HOST.name, what, value })),
];

function refusal(values: readonly BakedValue[], order: BakedOrder = ORDER): DepotError {
  try {
    judgeBaked(values, order);
  } catch (error) {
    if (error instanceof DepotError) return error;
    throw error;
  }
  return assert.fail('not refused');
}

test('features that every node of the target has, or every CPU, are nothing to tell', () => {
  assert.deepEqual(judgeBaked(held(['avx2', 'fma', 'sse2', '64bit', 'crc32']), ORDER), []);
});

test('a feature that decides what code is made and that nodes may lack is refused by package, feature and target', () => {
  const { code, message, hint } = refusal(held(['avx2', 'avx512f'], { cpu: 'znver4' }));
  assert.equal(code, 'build-failed');
  assert.match(message, /jets.*: HostCPUFeatures holds avx512f of .* \(znver4\), which x86-64-v3 does not/);
  assert.match(hint ?? '', /^update HostCPUFeatures .*freeze_cpu_target, or build on/);
});

test('the remedy is one that helps: an emulator where none is installed, other preferences where the package has them', () => {
  const emulable = refusal(held(['avx512f']), { ...ORDER, canBeEmulated: true });
  assert.match(emulable.hint ?? '', /^install qemu-user-static/);
  assert.match(refusal(held(['avx512f'], { freezes: 'true' })).hint ?? '', /^remove cpu_target/);
});

test('features that no known package decides by are told, not refused', () => {
  const notes = judgeBaked(held(['avx2', 'sha', 'aes']), ORDER);
  assert.equal(notes.length, 1);
  assert.match(notes[0] ?? '', /holds aes sha of the CPU that it was compiled on/);
});

test('what is fixed for all nodes is told with its remedy: another look at the CPU, cores, an answer that failed', () => {
  const [looks] = judgeBaked(held(['avx2'], { redefines: 'true', cpu: 'haswell' }), ORDER);
  assert.match(looks ?? '', /not called haswell.*freeze_cpu_target/);
  const [cores] = judgeBaked(
    [
      { package: 'CPUSummary', what: 'nc', value: '2' },
      { package: 'CPUSummary', what: 'cs', value: '32768, 1048576, 0' },
    ],
    ORDER,
  );
  assert.match(cores ?? '', /\(nc = 2; cs = 32768, 1048576, 0\).*\[CPUSummary\] in LocalPreferences\.toml/);
  const [failed] = judgeBaked(held([], { unreadable: 'UndefVarError' }), ORDER);
  assert.match(failed ?? '', /cannot be asked: UndefVarError/);
});

test('answers are read from among other output, and only known packages are asked', () => {
  const output = 'Static\ndepotcast-baked\tHostCPUFeatures\tfeature\tavx2\ndepotcast-baked\tcut off\n';
  assert.deepEqual(parseProbe(output), held(['avx2']));
  assert.equal(renderProbe([OTHER]), '');
  assert.match(renderProbe([OTHER, HOST]), /get\(Base\.loaded_modules/);
});

test('only a package that bakes is loaded with a stand-in for Julia, which goes when it is loaded', () => {
  assert.equal(loadEmulated('load', OTHER, '/build/stand-in'), 'load');
  assert.equal(loadEmulated('load', HOST, undefined), 'load');
  assert.match(loadEmulated('load', HOST, '/build/stand-in'), /"\/build\/stand-in"\nload\n.*= \$own_name$/);
});

const requiredBy = (name: string): readonly string[] =>
  TARGETS.find((target) => target.name === name)?.requires ?? [];

test('the emulated CPU of a target runs what is for the target, and has no more', () => {
  const chosen = TARGETS.map(({ name, arch, requires }) => [name, emulatedCpu(arch, requires)?.name]);
  assert.deepEqual(
    chosen.filter(([, cpu]) => cpu !== undefined),
    [
      ['x86-64', 'Opteron'],
      ['x86-64-v2', 'Nehalem'],
      ['x86-64-v3', 'Haswell'],
    ],
  );
  const v3 = emulatedCpu('x86_64', requiredBy('x86-64-v3'));
  assert.match(v3 === undefined ? '' : exactModel(v3), /,-aes,-pclmulqdq,-rdrand,-fsgsbase,-xsaveopt$/);
});

test('a target of a site keeps what it requires, and has no emulated CPU where QEMU lacks a feature', () => {
  const requires = [...requiredBy('x86-64-v3'), 'aes'];
  const cpu = emulatedCpu('x86_64', requires);
  assert.match(cpu === undefined ? '' : exactModel(cpu), /,-invpcid,-pclmulqdq/);
  assert.equal(emulatedCpu('x86_64', [...requires, 'vaes']), undefined);
});

test('the emulator is looked for on the PATH, and its absence is an error with a remedy', async () => {
  await withTemporary(async (folder) => {
    const path = `/nonexistent:${folder}`;
    assert.equal(await findEmulator('x86_64', path), undefined);
    await assert.rejects(requireEmulator('x86_64', path), (error: DepotError) => {
      assert.equal(error.code, 'build-failed');
      assert.match(error.hint ?? '', /install qemu-user-static/);
      return true;
    });
    const file = join(folder, 'qemu-x86_64-static');
    await writeFile(file, '');
    assert.equal(await findEmulator('x86_64', path), undefined);
    await chmod(file, 0o755);
    assert.equal(await findEmulator('x86_64', path), file);
    await requireEmulator('x86_64', path);
  });
});
