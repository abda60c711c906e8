import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASELINE } from '@depotcast/hydrator/format';
import type { BundleReport } from '@depotcast/builder';
import { succeed } from './support/programs.js';
import { buildExample, julia } from './support/site.js';

test('what a real Julia recorded in its images is what nodes are chosen by', async (t) => {
  const bundle = await buildExample();
  const report = JSON.parse(await succeed('depot-build', ['inspect', bundle, '--json'])) as BundleReport;
  const demandsOf = (id: string | null) => report.layers.find((layer) => layer.id === id)?.demands ?? null;
  assert.ok(report.images.some(({ start }) => start === 'sysimage'));
  for (const { target, start, arch, requires, sysimage, compiled } of report.images) {
    const expected = requires.filter((feature) => !BASELINE[arch].includes(feature)).sort();
    const recorded = demandsOf(start === 'sysimage' ? sysimage : compiled);
    t.diagnostic(`Julia ${julia.version}, ${target} ${start}: ${recorded?.join(' ') ?? 'no machine code'}`);
    if (start === 'caches' && Number(julia.version.split('.')[1]) < 9) assert.equal(recorded, null);
    else assert.deepEqual(recorded, expected);
  }
});
