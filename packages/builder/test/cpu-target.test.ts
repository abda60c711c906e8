import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASELINE, cpuTargetFor, juliaFeatures, TARGETS } from '@depotcast/hydrator/format';
import fc from 'fast-check';
import { checkCpuTarget } from '../src/cpu-target/check-cpu-target.js';
import type { CpuTargetUse } from '../src/cpu-target/cpu-target-use.js';
import { parseCpuTargets } from '../src/cpu-target/parse-cpu-target.js';
import { knownCpus, predictFeatures } from '../src/cpu-target/predict.js';

const VERSIONS = ['1.5.3', '1.6.7', '1.7.3', '1.8.5', '1.9.4', '1.10.8', '1.11.5', '1.12.5', '1.13.0'];

const predict = (cpuTarget: string, juliaVersion = '1.10.8', arch: 'x86_64' | 'aarch64' = 'x86_64') => {
  const [parsed] = parseCpuTargets(cpuTarget, arch);
  assert.ok(parsed);
  return predictFeatures(parsed, arch, juliaVersion).join(' ');
};

test('every target of our own is recorded as just what its nodes are chosen by, by every Julia', () => {
  for (const { name, arch, requires, julia } of TARGETS) {
    assert.ok(BASELINE[arch].every((feature) => requires.includes(feature)));
    for (const juliaVersion of VERSIONS) {
      const cpuTarget = cpuTargetFor({ name, arch, requires, julia }, juliaVersion);
      if (cpuTarget === undefined) continue;
      const use = { cpuTarget, arch, juliaVersion, requires, raised: [] };
      assert.equal(checkCpuTarget(use), undefined, `${name} with Julia ${juliaVersion}`);
    }
  }
});

test('a string is predicted to be recorded as real images hold it', () => {
  assert.equal(predict('generic', '1.5.3'), 'cx16');
  assert.equal(
    predict('haswell,-rdrnd,-xsaveopt,-pclmul,-fsgsbase', '1.5.3'),
    'avx avx2 bmi bmi2 cx16 f16c fma lzcnt movbe popcnt sahf sse3 sse4.1 sse4.2 ssse3 xsave',
  );
  assert.equal(predict('nehalem'), 'cx16 popcnt sahf sse3 sse4.1 sse4.2 ssse3');
});

test('what a feature needs comes with it, and goes with it', () => {
  assert.match(predict('generic,avx2'), /^avx avx2 cx16 sse3 sse4\.1 sse4\.2 ssse3$/);
  assert.doesNotMatch(predict('haswell,-avx'), /avx|fma|f16c/);
  assert.equal(predict('armv8.2-a,-v8_1a,-v8_2a', '1.10.8', 'aarch64'), 'ccpp crc lse rdm');
  assert.equal(predict('generic,crypto', '1.10.8', 'aarch64'), 'aes sha2');
});

test('an aversion wins over a wish, in any order, as it does in Julia', () => {
  assert.equal(predict('nehalem,-popcnt,+popcnt'), predict('nehalem,-popcnt'));
});

test('what is asked of a CPU changes with Julia where its table did', () => {
  assert.ok(predict('znver2', '1.8.5').includes('xsaves') && !predict('znver2', '1.9.4').includes('xsaves'));
  assert.ok(
    knownCpus('x86_64', '1.11.0').includes('znver4') && !knownCpus('x86_64', '1.10.8').includes('znver4'),
  );
  assert.ok(predict('neoverse-v1', '1.6.7', 'aarch64').includes('fmi'));
  assert.ok(predict('neoverse-v1', '1.7.0', 'aarch64').includes('flagm'));
});

test('a prediction holds only what that Julia can record, and taking a feature away never adds one', () => {
  const arch = fc.constantFrom('x86_64' as const, 'aarch64' as const);
  fc.assert(
    fc.property(arch, fc.constantFrom(...VERSIONS), fc.nat(), fc.nat(), (machine, version, cpu, feature) => {
      const [names, features] = [knownCpus(machine, version), juliaFeatures(machine, version)];
      const [name = '', taken = ''] = [names[cpu % names.length], features[feature % features.length]?.name];
      const full = predict(name, version, machine).split(' ');
      const less = predict(`${name},-${taken}`, version, machine).split(' ');
      assert.ok(!less.includes(taken));
      assert.ok(less.every((left) => left === '' || full.includes(left)));
      assert.ok(full.every((left) => left === '' || features.some(({ name: known }) => known === left)));
    }),
  );
});

const V3 = TARGETS.find(({ name }) => name === 'x86-64-v3')?.requires ?? [];
const useOf = (cpuTarget: string, changes: Partial<CpuTargetUse> = {}): CpuTargetUse => {
  return { cpuTarget, arch: 'x86_64', juliaVersion: '1.10.8', requires: V3, raised: [], ...changes };
};

/** What must not be given to Julia, why, and what to write; where a string is to be written, it is taken in turn. */
const REFUSED: readonly [string, CpuTargetUse, RegExp, RegExp][] = [
  [
    "a psABI name, which that Julia doesn't know",
    useOf('x86-64-v3'),
    /Julia 1\.10\.8 does not know the CPU 'x86-64-v3'.*no features, so that every node would take/,
    /write "haswell,-rdrnd,-xsaveopt,-pclmul,-fsgsbase"/,
  ],
  [
    'a name that a later Julia knows',
    useOf('znver4'),
    /does not know the CPU 'znver4'/,
    /or write 'znver[123]'; known: .*haswell/,
  ],
  ['a slip of the pen', useOf('haswel'), /does not know the CPU 'haswel'/, /or write 'haswell'/],
  ["the build machine's own CPU", useOf('native'), /whatever machine builds it/, /name a CPU/],
  [
    'several targets, of which Julia drops all but the first',
    useOf('haswell,-rdrnd,-xsaveopt,-pclmul,-fsgsbase;skylake-avx512,clone_all'),
    /several CPU targets.*drops all but the first from system images/,
    /write "haswell,-rdrnd,-xsaveopt,-pclmul,-fsgsbase", and a \[\[target\]\] of its own/,
  ],
  [
    'words that only count beside other targets',
    useOf('haswell,clone_all,-rdrnd,-xsaveopt,-pclmul,-fsgsbase'),
    /'clone_all' only has a meaning/,
    /write "haswell,-rdrnd,-xsaveopt,-pclmul,-fsgsbase"/,
  ],
  [
    'a feature that Julia would hand on without recording it',
    useOf('haswell,-rdrnd,-xsaveopt,-pclmulqdq'),
    /no feature 'pclmulqdq'/,
    /or write 'pclmul'/,
  ],
  [
    'a feature that the target does not require',
    useOf('haswell'),
    /ask nodes for fsgsbase pclmulqdq|ask nodes for pclmulqdq fsgsbase/,
    /write "haswell,-pclmul,-fsgsbase", or add to requires: "pclmulqdq", "fsgsbase"/,
  ],
  [
    'a requirement that the code makes no use of',
    useOf('haswell,-pclmul,-fsgsbase,-bmi2'),
    /requires bmi2, which .* does not make use of/,
    /write "haswell,-pclmul,-fsgsbase,bmi2", or remove from requires: bmi2/,
  ],
  [
    'a version of the architecture, which Julia learns from part numbers only',
    useOf('armv8.1-a', { arch: 'aarch64', requires: ['asimd', 'fp', 'asimdrdm', 'atomics', 'crc32'] }),
    /ask nodes for v8_1a, which no kernel shows/,
    /write "armv8\.1-a,-v8_1a"/,
  ],
  [
    'a Julia whose images cannot be read back',
    useOf('haswell', { juliaVersion: '1.14.0-DEV' }),
    /Julia 1\.14\.0-DEV records CPU features in a way that cannot be read back/,
    /Julia 1\.13/,
  ],
];
for (const [what, use, message, remedy] of REFUSED) {
  test(`a string with ${what} is refused`, () => {
    const refusal = checkCpuTarget(use);
    assert.ok(refusal);
    assert.match(refusal.message, message);
    assert.match(refusal.remedy, remedy);
    const [, better] = /^write "([^"]+)"/.exec(refusal.remedy) ?? [];
    if (better !== undefined) assert.equal(checkCpuTarget({ ...use, cpuTarget: better }), undefined);
  });
}

test('a site may ask more of its nodes than the code does', () => {
  const cpuTarget = 'haswell,-pclmul,-fsgsbase';
  const requires = [...V3, 'aes', 'rdrand'];
  assert.ok(checkCpuTarget(useOf(cpuTarget, { requires })));
  assert.equal(checkCpuTarget(useOf(cpuTarget, { requires, raised: ['aes', 'rdrand'] })), undefined);
});

test('whatever the string, it is refused or recorded as just what is required, and the remedy is of use', () => {
  const names = fc.constantFrom(...knownCpus('x86_64', '1.10.8'));
  const features = fc.subarray(
    juliaFeatures('x86_64', '1.10.8').map(({ name }) => name),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(names, features, (name, disabled) => {
      const use = useOf([name, ...disabled.map((feature) => `-${feature}`)].join(','));
      const refusal = checkCpuTarget(use);
      if (refusal === undefined) return;
      const [, better = ''] = /^write "([^"]+)"/.exec(refusal.remedy) ?? [];
      assert.equal(checkCpuTarget({ ...use, cpuTarget: better }), undefined, use.cpuTarget);
    }),
  );
});
