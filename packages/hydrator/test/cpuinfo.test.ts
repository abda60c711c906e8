import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TARGETS } from '../src/format/index.js';
import { parseCpuInfo } from '../src/host/cpuinfo.js';
import { runnableTargets } from '../src/select/runnable-targets.js';
import { hosts } from './hosts.js';

for (const { name, machine, cpuinfo, best, warning } of hosts) {
  test(`${name} gets ${best}`, () => {
    const host = parseCpuInfo(cpuinfo, machine);
    assert.equal(runnableTargets(host)[0]?.name ?? 'none', best);
    if (warning === undefined) assert.deepEqual(host.warnings, []);
    else assert.match(host.warnings.join('\n'), warning);
  });
}

const feature = fc.constantFrom(
  ...new Set(TARGETS.flatMap((target) => target.requires)),
  'sve2',
  'svei8mm',
  'rdrand',
);
const block = fc.uniqueArray(feature);
const render = (blocks: readonly string[][]): string =>
  blocks.map((words, index) => `processor\t: ${index}\nflags\t\t: ${words.join(' ')}\n\n`).join('');

test('the order and the repetition of CPUs do not matter', () => {
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), (blocks) => {
      const shuffled = [...blocks, ...blocks].reverse().map((words) => [...words].reverse());
      const once = parseCpuInfo(render(blocks), 'x86_64');
      const twice = parseCpuInfo(render(shuffled), 'x86_64');
      assert.deepEqual([...once.features].sort(), [...twice.features].sort());
    }),
  );
});

test('whatever a cpuinfo says, parsing ends with at least nothing claimed that is not there', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('x86_64', 'aarch64', 'riscv64', ''), (text, machine) => {
      const host = parseCpuInfo(text, machine);
      const allowed = TARGETS.find((target) => target.arch === machine)?.requires ?? [];
      assert.ok([...host.features].every((word) => text.includes(word) || allowed.includes(word)));
    }),
  );
});

test('a feature more never leads to a weaker target, a feature less never to a stronger one', () => {
  fc.assert(
    fc.property(block, feature, (words, extra) => {
      const strength = (features: readonly string[]): number =>
        runnableTargets(parseCpuInfo(render([['sse2', ...features]]), 'x86_64'))[0]?.requires.length ?? 0;
      assert.ok(strength([...words, extra]) >= strength(words));
    }),
  );
});
