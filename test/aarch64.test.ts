import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { cpuTargetFor, TARGETS } from '@depotcast/hydrator/format';
import {
  buildCaches,
  fetchAarch64Julia,
  MOUNTED,
  mountJoined,
  NEOVERSE_N1,
  NODES,
  recordNode,
  runEmulated,
  skip,
} from './support/aarch64.js';
import { runCommand, succeed } from './support/programs.js';
import { prefix } from './support/site.js';
import { temporaryDirectory } from './support/temporary.js';

interface Shown {
  readonly environments: readonly { readonly sources: string }[];
  readonly images: readonly { readonly target: string; readonly start: string; readonly arch: string }[];
  readonly layers: readonly { readonly kind: string }[];
}

interface Coverage {
  readonly coverage: readonly {
    readonly cpu: string;
    readonly arch: string;
    readonly image: { readonly target: string } | null;
  }[];
}

/** Prints code that is one instruction where there are atomics, and a loop of several elsewhere. */
const ATOMIC = `using InteractiveUtils
code_native(stdout, a -> Threads.atomic_add!(a, 1), (Threads.Atomic{Int},))`;

/** With system images, and computing: aarch64/system-images.test.ts, in `npm run test:aarch64`. */
test('an aarch64 Julia and one for x86-64 make one release', { skip }, async (t) => {
  const scratch = await temporaryDirectory();
  const { x86, aarch64 } = await buildCaches(scratch);
  const repo = await mountJoined([x86, aarch64], scratch);
  const state = ['--state', join(scratch, 'state')];

  await t.test('whose bundle from the emulated build host is proven by its bytes', async () => {
    const { images, proof } = JSON.parse(await succeed('depot-build', ['inspect', aarch64, '--json'])) as {
      images: { arch: string }[];
      proof: { images: { caches: unknown[] }[]; violations: unknown[] };
    };
    assert.deepEqual(
      images.map(({ arch }) => arch),
      ['aarch64', 'aarch64'],
    );
    assert.deepEqual(proof.violations, []);
    assert.ok(proof.images.every(({ caches }) => caches.length > 0));
  });

  await t.test('which has images of both on the same sources', async () => {
    const release = JSON.parse(await succeed('depot-publish', ['show', repo, 'prod', '--json'])) as Shown;
    const named = release.images.map(({ arch, target, start }) => `${arch} ${target} ${start}`);
    assert.deepEqual(named.sort(), [
      'aarch64 aarch64 caches',
      'aarch64 neoverse-n1 caches',
      'x86_64 x86-64 caches',
      'x86_64 x86-64-v3 caches',
    ]);
    assert.equal(release.layers.filter(({ kind }) => kind === 'sources').length, 1);
  });

  const report = await succeed('depot-publish', ['show', repo, 'prod', '--coverage', '--json']);
  const { coverage } = JSON.parse(report) as Coverage;

  for (const node of NODES) {
    await t.test(`of which ${node.name} gets ${node.target}, by all three accounts`, async () => {
      const options = await recordNode(node, scratch);
      const explained = await succeed('depot-hydrate', [
        'explain',
        ...MOUNTED,
        ...state,
        ...options,
        '--json',
      ]);
      const { chosen } = JSON.parse(explained) as { chosen: { target: string; start: string } };
      assert.deepEqual(chosen, { target: node.target, start: 'caches' });
      const activate = ['dash', join(prefix, 'channels/prod/activate'), '--explain', ...options];
      const { stdout, stderr } = await runCommand(activate);
      assert.match(stdout, new RegExp(`^${node.target}\\s+caches:?\\s+chosen`, 'm'), stderr);
      const row = coverage.find(({ cpu }) => cpu === node.name);
      assert.equal(row?.image?.target, node.target);
    });
  }

  await t.test('which serves every CPU of both architectures that can run Julia', () => {
    const unserved = coverage.filter(({ image }) => image === null).map(({ cpu }) => cpu);
    assert.deepEqual(unserved, ['QEMU kvm64, without cx16']);
    for (const { arch, image } of coverage)
      assert.equal(image?.target.startsWith('x86-64') ?? true, arch === 'x86_64');
  });

  for (const [name, instruction] of [
    ['aarch64', /\tldaxr\t/],
    ['neoverse-n1', /\tldaddal\t/],
  ] as const) {
    await t.test(`for whose ${name} Julia compiles just what that has`, async () => {
      const { julia, version } = await fetchAarch64Julia();
      const target = TARGETS.find((known) => known.name === name);
      const cpuTarget = target && cpuTargetFor(target, version);
      assert.ok(cpuTarget);
      const words = [julia, '--startup-file=no', '-C', cpuTarget, '-e', ATOMIC];
      const { stdout, stderr } = await runCommand(words);
      assert.match(stdout, instruction, stderr);
    });
  }

  await t.test('which an emulated Neoverse N1 starts on, its packages from the caches', async () => {
    const options = [...state, ...(await recordNode(NEOVERSE_N1, scratch))];
    const outcome = await runEmulated('neoverse-n1', options, ['-e', 'using JetAnalysis; print(Sys.ARCH)']);
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.match(outcome.stderr, /on neoverse-n1, caches/);
    assert.equal(outcome.stdout, 'aarch64');
  });
});
