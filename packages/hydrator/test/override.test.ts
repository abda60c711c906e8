import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyOverride, parseOverride } from '../src/select/override.js';
import { selectImage } from '../src/select/select-image.js';
import { levels, release } from './levels-release.js';

const host = { arch: 'x86_64', features: new Set(levels[2]?.requires), warnings: [] };

const CASES: readonly [value: string | undefined, target: string, warning: RegExp | undefined][] = [
  [undefined, 'x86-64-v3', undefined],
  ['', 'x86-64-v3', undefined],
  ['x86-64-v2', 'x86-64-v2', undefined],
  ['force:x86-64-v2', 'x86-64-v2', undefined],
  ['x86-64-v4', 'x86-64-v3', /ignored: missing avx512bw avx512cd/],
  [
    'force:x86-64-v4',
    'x86-64-v4',
    /forces x86-64-v4, which this host cannot run \(missing avx512bw .*expect a crash/,
  ],
  ['haswell', 'x86-64-v3', /ignored: the release has no such image/],
];
for (const [value, target, expected] of CASES) {
  test(`on a v3 host DEPOT_TARGET=${value ?? '(unset)'} gives ${target}`, () => {
    const { decision, warning } = applyOverride(selectImage(release, host), parseOverride(value));
    assert.equal(decision.chosen?.target, target);
    if (expected === undefined) assert.equal(warning, undefined);
    else assert.match(warning ?? '', expected);
  });
}

test('a forced target goes over a cap, and says so; one that is only asked for does not', () => {
  const v3 = new Set(levels[2]?.requires);
  const says = 'capped at x86-64-v3 by /etc/depotcast.toml';
  const hides = new Set(levels[3]?.requires.filter((feature) => !v3.has(feature)));
  const capped = { ...host, features: v3, cap: { says, hides } };
  const asked = applyOverride(selectImage(release, capped), parseOverride('x86-64-v4'));
  assert.equal(asked.decision.chosen?.target, 'x86-64-v3');
  assert.match(asked.warning ?? '', /ignored: missing avx512bw .*\(capped at x86-64-v3/);
  const forced = applyOverride(selectImage(release, capped), parseOverride('force:x86-64-v4'));
  assert.equal(forced.decision.chosen?.target, 'x86-64-v4');
  assert.match(forced.warning ?? '', /forces x86-64-v4, against the cap \(missing avx512bw/);
});
