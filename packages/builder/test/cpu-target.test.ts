import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASELINE, cpuTargetFor, juliaFeatures, TARGETS } from '@depotcast/hydrator/format';
import fc from 'fast-check';
import { checkCpuTarget } from '../src/cpu-target/check-cpu-target.js';
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
