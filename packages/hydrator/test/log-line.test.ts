import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRelease, TARGETS } from '../src/format/index.js';
import { renderLogLine } from '../src/select/log-line.js';
import { applyOverride, parseOverride } from '../src/select/override.js';
import { selectImage } from '../src/select/select-image.js';
import { golden } from './golden.js';

const template = parseRelease(golden('release.json'), 'release.json');
const [prototype] = template.images;
assert.ok(prototype);
const release = {
  ...template,
  images: TARGETS.map(({ name, arch, requires }) => ({
    ...{ ...prototype, target: name, arch, requires: [...requires] },
  })),
};
const features = (name: string): Set<string> =>
  new Set(TARGETS.filter((target) => target.name === name).flatMap(({ requires }) => requires));

function lineOf(host: string, override?: string): string {
  const decision = selectImage(release, { arch: 'x86_64', features: features(host), warnings: [] });
  const { chosen, candidates } = applyOverride(decision, parseOverride(override)).decision;
  assert.ok(chosen);
  return renderLogLine('jets-1.2 (1a2b3c4d5e6f)', chosen, { chosen, candidates });
}

test('the log says what was chosen, and what was passed over and why, of this architecture', () => {
  assert.equal(
    lineOf('x86-64-v2'),
    'depotcast: jets-1.2 (1a2b3c4d5e6f) on x86-64-v2, sysimage; passed over x86-64-v4: missing abm avx avx2 ...; x86-64-v3: missing abm avx avx2 ...',
  );
});

test('where the best image was chosen the log says no more', () => {
  assert.equal(lineOf('x86-64-v4'), 'depotcast: jets-1.2 (1a2b3c4d5e6f) on x86-64-v4, sysimage');
});

test('the log says that a user asked for less', () => {
  assert.match(lineOf('x86-64-v3', 'x86-64'), /; x86-64-v3: not what DEPOT_TARGET asks for; x86-64-v2: not/);
});

test('the line stays one of bounded length, whatever a release holds', () => {
  const many = Array.from({ length: 50 }, (_, index) => ({
    ...prototype,
    ...{ target: `${'t'.repeat(90)}${index}`, requires: ['x'.repeat(500), 'y', 'z', `w${index}`] },
  }));
  const images = [...many, { ...prototype, target: 'x86-64', requires: [] }];
  const host = { arch: 'x86_64', features: new Set<string>(), warnings: [] };
  const decision = selectImage({ ...template, images }, host);
  assert.ok(decision.chosen);
  const line = renderLogLine('r (1)', decision.chosen, decision);
  assert.ok(line.length <= 500 && !line.includes('\n'), line);
});
