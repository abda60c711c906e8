import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { TARGETS } from '@depotcast/hydrator/format';
import {
  ANALYSIS,
  buildImages,
  checksumIn,
  CORTEX_A72,
  mountJoined,
  NEOVERSE_N1,
  recordNode,
  runEmulated,
  runHere,
  skip,
} from '../support/aarch64.js';
import { succeed } from '../support/programs.js';
import { temporaryDirectory } from '../support/temporary.js';

interface Inspection {
  readonly images: readonly {
    readonly target: string;
    readonly start: string;
    readonly sysimage: string | null;
    readonly requires: readonly string[];
  }[];
  readonly layers: readonly { readonly id: string; readonly demands: readonly string[] | null }[];
}

/** QEMU's names of CPUs that are these nodes. */
const CPUS = [
  { node: CORTEX_A72, cpu: 'cortex-a72' },
  { node: NEOVERSE_N1, cpu: 'neoverse-n1' },
];

test('system images of aarch64', { skip }, async (t) => {
  const scratch = await temporaryDirectory();
  const { x86, aarch64 } = await buildImages();

  await t.test('demand of a node what their targets require, as Julia recorded it', async () => {
    const inspected = await succeed('depot-build', ['inspect', aarch64, '--json']);
    const { images, layers } = JSON.parse(inspected) as Inspection;
    const withImage = images.filter(({ start }) => start === 'sysimage');
    assert.equal(withImage.length, CPUS.length);
    for (const { target, sysimage, requires } of withImage) {
      const { requires: known = [] } = TARGETS.find(({ name }) => name === target) ?? {};
      assert.deepEqual([...requires].sort(), [...known].sort());
      const demands = layers.find(({ id }) => id === sysimage)?.demands ?? [];
      const beyondBaseline = known.filter((feature) => !['asimd', 'fp'].includes(feature));
      assert.deepEqual([...demands].sort(), beyondBaseline.sort(), target);
    }
  });

  await mountJoined([x86, aarch64], scratch);
  const state = ['--state', join(scratch, 'state')];
  const here = checksumIn(await runHere(state, ANALYSIS));
  for (const { node, cpu } of CPUS) {
    await t.test(`run on an emulated ${node.name}, and compute the same as here`, async () => {
      const outcome = await runEmulated(cpu, [...state, ...(await recordNode(node, scratch))], ANALYSIS);
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.match(outcome.stderr, new RegExp(`on ${node.target}, sysimage`));
      assert.equal(checksumIn(outcome.stdout), here);
    });
  }

  await t.test('are refused by Julia itself on a node that lacks something', async () => {
    const forced = { DEPOT_TARGET: `force:${NEOVERSE_N1.target}` };
    const options = [...state, ...(await recordNode(CORTEX_A72, scratch))];
    const outcome = await runEmulated('cortex-a72', options, ANALYSIS, forced);
    assert.notEqual(outcome.code, 0);
    assert.match(outcome.stderr, /Unable to find compatible target/);
  });
});
