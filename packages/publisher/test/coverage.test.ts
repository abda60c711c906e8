import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Image, type Release, TARGETS } from '@depotcast/hydrator/format';
import { type CoverageRow, coverageOf, KNOWN_CPUS } from '../src/coverage/coverage.js';
import { coverageTable } from '../src/coverage/coverage-table.js';

const images = TARGETS.map(({ name, arch, requires }): Image => ({
  ...{ environment: 'jets', target: name, arch, requires: [...requires], start: 'sysimage' },
  ...{ cpuTarget: 'generic', flags: [], julia: { version: '1.10.8', identity: '' }, artifacts: [] },
  ...{ compiled: `compiled-${'2'.repeat(32)}` as Image['compiled'], sysimage: null },
}));
const release = (some: readonly Image[]): Release => ({
  ...{ format: 'depotcast-release/1', name: 'r', environment: { name: 'e', version: '1' } },
  ...{ prefix: '/cvmfs/e', pathBound: true, layers: [], images: [...some] },
  environments: [
    {
      name: 'jets',
      sources: `sources-${'1'.repeat(32)}` as Image['compiled'],
      shared: [],
      project: 'p',
      packages: [],
    },
  ],
});
const row = (rows: readonly CoverageRow[], cpu: string): CoverageRow => {
  const found = rows.find((one) => one.cpu === cpu);
  assert.ok(found, cpu);
  return found;
};

const GETS: Readonly<Record<string, string>> = {
  'Intel Westmere': 'x86-64-v2',
  'Intel Ivy Bridge': 'x86-64-v2',
  'Intel Haswell': 'x86-64-v3',
  'Intel Knights Landing': 'x86-64-v3',
  'Intel Skylake-SP': 'x86-64-v4',
  'Intel Sierra Forest': 'x86-64-v3',
  'Intel Granite Rapids': 'x86-64-v4',
  'AMD K10': 'x86-64',
  'AMD Piledriver': 'x86-64-v2',
  'Hygon Dhyana': 'x86-64-v3',
  'AMD Zen 3 (Milan)': 'x86-64-v3',
  'AMD Zen 5 (Turin)': 'x86-64-v4',
  'Azure Zen 4, without pku': 'x86-64-v4',
  'Cascade Lake without pku and xsaves': 'x86-64-v4',
  'QEMU kvm64, without cx16': 'none',
  'Cortex-A72 (Raspberry Pi 4)': 'aarch64',
  'Cavium ThunderX2': 'thunderx2',
  'Fujitsu A64FX': 'a64fx',
  'Neoverse N1 (Altra on Azure)': 'neoverse-n1',
  'Neoverse V1 (Graviton3)': 'neoverse-v1',
  'Neoverse V2 (Grace)': 'neoverse-n2',
  AmpereOne: 'neoverse-n1',
  'Apple M4 in a virtual machine': 'apple-m1',
};
for (const [cpu, target] of Object.entries(GETS)) {
  test(`${cpu} gets ${target}`, () => {
    assert.equal(row(coverageOf(release(images)), cpu).image?.target ?? 'none', target);
  });
}

test('every CPU is named once and claims each feature once', () => {
  assert.ok(KNOWN_CPUS.length >= 40);
  assert.equal(new Set(KNOWN_CPUS.map(({ name }) => name)).size, KNOWN_CPUS.length);
  for (const { name, features } of KNOWN_CPUS) assert.equal(new Set(features).size, features.length, name);
});

test('a CPU is told what it lacks for each better image, and the table shows the next one', () => {
  const rows = coverageOf(release(images));
  const missing = ['avx512bw', 'avx512dq', 'avx512vl'];
  assert.deepEqual(row(rows, 'Intel Knights Landing').passedOver, [{ target: 'x86-64-v4', missing }]);
  const table = coverageTable([row(rows, 'AMD K10'), row(rows, 'Intel Cascade Lake')]);
  assert.deepEqual(table.slice(1), [
    ['AMD K10', 'x86-64 sysimage', 'x86-64-v2: sse4_1 sse4_2 ssse3'],
    ['Intel Cascade Lake', 'x86-64-v4 sysimage', ''],
  ]);
});

test('a release for one architecture covers the other with nothing, and says so', () => {
  const rows = coverageOf(release(images.filter(({ arch }) => arch === 'x86_64')));
  const grace = row(rows, 'Neoverse V2 (Grace)');
  assert.deepEqual([grace.image, grace.passedOver], [null, []]);
  assert.match(coverageTable([grace])[1]?.[2] ?? '', /no image for aarch64/);
});

test('it is what the image records that decides: a vendor’s CPU name asks too much of virtual machines', () => {
  const asked = images.map((image) =>
    image.target === 'x86-64-v4' ? { ...image, requires: [...image.requires, 'pku', 'xsaves'] } : image,
  );
  const rows = coverageOf(release(asked));
  assert.equal(row(rows, 'Intel Cascade Lake').image?.target, 'x86-64-v4');
  const masked = row(rows, 'Cascade Lake without pku and xsaves');
  assert.equal(masked.image?.target, 'x86-64-v3');
  assert.deepEqual(masked.passedOver, [{ target: 'x86-64-v4', missing: ['pku', 'xsaves'] }]);
});
