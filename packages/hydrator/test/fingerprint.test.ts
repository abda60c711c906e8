import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderJson } from '../src/format/index.js';
import { areEqual, compareFingerprints } from '../src/fingerprint/compare-fingerprints.js';
import {
  makeFingerprint,
  parseFingerprint,
  type StartedImage,
  withoutSignatures,
} from '../src/fingerprint/fingerprint.js';
import { readReport } from '../src/fingerprint/read-report.js';
import { renderDifferences } from '../src/fingerprint/render-fingerprint.js';
import type { Digest } from '../src/format/index.js';

const IMAGE: StartedImage = {
  release: '1'.repeat(64) as Digest,
  name: 'jets-1.0',
  environment: 'jets',
  target: 'x86-64-v3',
  start: 'sysimage',
  julia: '1.10.8',
  sysimage: '2'.repeat(64) as Digest,
};
const UUID = 'b324298d-b6a9-4288-b941-6b989d039e00';

const LINES = [
  'module\tBase\t\t1f',
  `module\tJets\t${UUID}\t2f`,
  'method\tBase\tTuple{sum}',
  'method\tJets\tTuple{#}',
  'method\tJets\tTuple{#}',
  'method\tJets\tTuple{cluster}',
  'image\t/opt/sys.so',
];

async function* stream(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}

async function fingerprintOf(lines: readonly string[], image = IMAGE) {
  const report = await readReport(stream([...lines, 'end']));
  assert.ok(report);
  return makeFingerprint(image, report);
}

const whole = await fingerprintOf(LINES);

test('a report without its end is none', async () => {
  assert.equal(await readReport(stream(LINES)), undefined);
});

test('the order in which Julia finds modules and methods plays no part', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(LINES, { minLength: LINES.length }), async (lines) => {
      assert.deepEqual(await fingerprintOf(lines), whole);
    }),
  );
});

test('two fingerprints are equal exactly when they report the same lines', async () => {
  const subset = fc.shuffledSubarray(LINES.slice(0, -1)).map((lines) => [...lines, ...LINES.slice(-1)]);
  await fc.assert(
    fc.asyncProperty(subset, subset, async (a, b) => {
      const differences = compareFingerprints(await fingerprintOf(a), await fingerprintOf(b));
      assert.equal(areEqual(differences), a.toSorted().join('\n') === b.toSorted().join('\n'));
    }),
  );
});

test('what is kept can be read again, with the signatures or without', () => {
  for (const fingerprint of [whole, withoutSignatures(whole)]) {
    assert.deepEqual(parseFingerprint(renderJson(fingerprint), 'x.json'), fingerprint);
  }
});

test('modules with another build and methods of one side are listed, equal ones counted', async () => {
  const other = await fingerprintOf([
    'module\tBase\t\t1f',
    `module\tJets\t${UUID}\t3f`,
    'module\tExtra\t\t4f',
    'method\tBase\tTuple{sum}',
    'method\tJets\tTuple{#}',
    'method\tJets\tTuple{merge}',
    'image\t/opt/sys.so',
  ]);
  const differences = compareFingerprints(whole, other);
  assert.deepEqual(differences, {
    image: [],
    modules: [
      { name: 'Extra', uuid: null, a: null, b: '4f' },
      { name: 'Jets', uuid: UUID, a: '2f', b: '3f' },
    ],
    methods: [
      {
        ...{ package: 'Jets', countA: 3, countB: 2 },
        ...{ onlyA: ['Tuple{#}', 'Tuple{cluster}'], onlyB: ['Tuple{merge}'] },
      },
    ],
  });
  assert.equal(
    renderDifferences(differences, ['laptop.json', 'node.json']),
    `laptop.json (A) and node.json (B) start differently
  module Extra: only in B
  module Jets: build 2f in A, 3f in B
  methods of Jets: 2 only in A, 1 only in B
    A  Tuple{#}
    A  Tuple{cluster}
    B  Tuple{merge}
`,
  );
});

test('without signatures the packages that differ are still named', async () => {
  const other = withoutSignatures(await fingerprintOf(LINES.filter((line) => !line.includes('cluster'))));
  const differences = compareFingerprints(whole, other);
  assert.deepEqual(differences.methods, [
    { package: 'Jets', countA: 3, countB: 2, onlyA: null, onlyB: null },
  ]);
  assert.match(
    renderDifferences(differences, ['a', 'b']),
    /methods of Jets: 3 in A, 2 in B, not both listed/,
  );
});

test('another image differs, whatever it loads', async () => {
  const other = await fingerprintOf(LINES, { ...IMAGE, target: 'x86-64' });
  assert.deepEqual(compareFingerprints(whole, other).image, [
    { what: 'target', a: 'x86-64-v3', b: 'x86-64' },
  ]);
});
