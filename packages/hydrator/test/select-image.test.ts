import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DepotError, type Image, parseRelease, type Release, TARGETS } from '../src/format/index.js';
import { requireImage, selectImage } from '../src/select/select-image.js';
import { golden } from './golden.js';

const template = parseRelease(golden('release.json'), 'release.json');
const [prototype] = template.images;
assert.ok(prototype);

const image = (over: Partial<Image>): Image => ({ ...prototype, ...over });
const release = (images: Image[]): Release => ({ ...template, images });
const host = (features: readonly string[], arch = 'x86_64') => ({
  arch,
  features: new Set(features),
  warnings: [],
});
const levels = TARGETS.filter((target) => target.arch === 'x86_64').map((target) =>
  image({ target: target.name, requires: [...target.requires] }),
);

test('the strongest image that the host can run is chosen, and each refusal lists exactly what is missing', () => {
  const v2 = levels[1]?.requires ?? [];
  const decision = selectImage(release(levels), host(v2));
  assert.equal(decision.chosen?.target, 'x86-64-v2');
  assert.deepEqual(
    decision.candidates.map((candidate) => candidate.image.target),
    ['x86-64-v4', 'x86-64-v3', 'x86-64-v2', 'x86-64'],
  );
  assert.deepEqual(decision.candidates[1]?.missing, [
    'abm',
    'avx',
    'avx2',
    'bmi1',
    'bmi2',
    'f16c',
    'fma',
    'movbe',
    'xsave',
  ]);
});

test('of one target the system image comes before package caches', () => {
  const both = release([
    image({ start: 'caches', requires: [] }),
    image({ start: 'sysimage', requires: [] }),
  ]);
  assert.equal(selectImage(both, host([])).chosen?.start, 'sysimage');
  assert.equal(selectImage(both, host([]), { start: 'caches' }).chosen?.start, 'caches');
});

test('an image of another architecture is never chosen, whatever it requires', () => {
  const decision = selectImage(release([image({ arch: 'aarch64', requires: [] })]), host([]));
  assert.equal(decision.chosen, undefined);
  assert.throws(
    () => requireImage(decision, host([])),
    (error) =>
      error instanceof DepotError && error.code === 'no-image' && error.message.includes('is for aarch64'),
  );
});

test('forcing a target that the host cannot run is refused with the missing features', () => {
  const weak = host(levels[1]?.requires ?? []);
  assert.throws(
    () => requireImage(selectImage(release(levels), weak, { target: 'x86-64-v3' }), weak),
    (error) =>
      error instanceof DepotError &&
      error.exitCode === 3 &&
      error.message.includes('x86-64-v3: missing abm avx avx2'),
  );
});

for (const wish of [
  { environment: 'no' },
  { target: 'no' },
  { environment: 'jets', target: 'x86-64', start: 'caches' as const },
]) {
  test(`a wish for ${JSON.stringify(wish)} that the release does not have is a usage error naming what it has`, () => {
    assert.throws(
      () => selectImage(release([image({ target: 'x86-64' })]), host([]), wish),
      (error) =>
        error instanceof DepotError && error.code === 'usage' && (error.hint ?? '').includes('it has: '),
    );
  });
}

test('what is chosen needs nothing that the host lacks, and nothing stronger could have been chosen', () => {
  const features = ['a', 'b', 'c', 'avx', 'avx512f', 'd'];
  const set = fc.subarray(features);
  fc.assert(
    fc.property(fc.array(set, { minLength: 1 }), set, (requirements, present) => {
      const images = requirements.map((requires, index) => image({ target: `t${index}`, requires }));
      const { chosen, candidates } = selectImage(release(images), host(present));
      const runnable = images.filter(({ requires }) =>
        requires.every((feature) => present.includes(feature)),
      );
      assert.equal(chosen === undefined, runnable.length === 0);
      assert.ok(chosen === undefined || runnable.includes(chosen));
      for (const other of runnable) {
        const contains = (big: Image, small: Image): boolean =>
          small.requires.every((f) => big.requires.includes(f));
        const stronger = chosen !== undefined && contains(other, chosen) && !contains(chosen, other);
        assert.ok(
          !stronger,
          'an image that requires all that the chosen one does, and more, was passed over',
        );
      }
      for (const {
        image: { requires },
        missing,
      } of candidates) {
        assert.deepEqual([...missing], requires.filter((feature) => !present.includes(feature)).sort());
      }
    }),
  );
});

test('a feature more never leads to a weaker image, and one less, if it was needed, never to a stronger one', () => {
  const features = ['a', 'b', 'c', 'avx', 'avx512f', 'sve', 'sve2'];
  const set = fc.subarray(features);
  fc.assert(
    fc.property(
      fc.array(set, { minLength: 1 }),
      set,
      fc.constantFrom(...features),
      (needs, present, changed) => {
        const images = needs.map((requires, index) => image({ target: `t${index}`, requires }));
        const rank = (has: readonly string[]): number => {
          const { chosen, candidates } = selectImage(release(images), host(has));
          return chosen === undefined
            ? candidates.length
            : candidates.findIndex((candidate) => candidate.image === chosen);
        };
        const before = rank(present);
        assert.ok(rank([...present, changed]) <= before);
        assert.ok(rank(present.filter((feature) => feature !== changed)) >= before);
      },
    ),
  );
});
