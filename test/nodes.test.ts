import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { emulated, type EmulatedNode, NODES, skip } from './support/emulated.js';
import { type Outcome, run, succeed } from './support/programs.js';
import { checkout, julia, mountExample, prefix } from './support/site.js';
import { temporaryDirectory } from './support/temporary.js';

test('three kinds of node on one machine', { skip }, async (t) => {
  const scratch = await temporaryDirectory();
  await mountExample(scratch);
  const source = ['--repo', prefix, '--channel', 'prod', '--state', join(scratch, 'state')];
  const checksums = new Set<string>();

  const host = async ({ name, flags }: EmulatedNode): Promise<string[]> => {
    if (flags === undefined) return [];
    const file = join(scratch, `${name}.cpuinfo`);
    await writeFile(file, `processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: ${flags}\n\n`);
    return ['--cpuinfo', file, '--machine', 'x86_64'];
  };

  const job = async (node: EmulatedNode, options: readonly string[]): Promise<Outcome> => {
    const command = node.cpu === undefined ? julia.command : await emulated(node.cpu);
    const script = join(checkout, 'examples/hep-jets/analysis.jl');
    return run('depot-hydrate', [
      'exec',
      ...source,
      ...options,
      '--julia',
      command.join(' '),
      '--',
      'julia',
      script,
    ]);
  };

  for (const node of NODES) {
    await t.test(`${node.name} gets ${node.target}, runs it, and agrees`, async () => {
      const options = await host(node);
      const explanation = await succeed('depot-hydrate', ['explain', ...source, ...options, '--json']);
      const { chosen } = JSON.parse(explanation) as { chosen: { target: string; start: string } };
      assert.deepEqual(chosen, { target: node.target, start: 'sysimage' });
      const outcome = await job(node, options);
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.match(outcome.stdout, /^ok$/m);
      checksums.add(/^checksum .*$/m.exec(outcome.stdout)?.[0] ?? '');
      assert.equal(checksums.size, 1, [...checksums].join(', '));
    });
  }

  await t.test(
    'forcing v3 on Nehalem is refused before Julia starts, with the missing features',
    async () => {
      const [nehalem] = NODES;
      assert.ok(nehalem);
      const noJulia = ['--julia', '/nonexistent/julia'];
      const args = [
        'exec',
        ...source,
        ...(await host(nehalem)),
        '--target',
        'x86-64-v3',
        ...noJulia,
        '--',
        'julia',
        '-e',
        '0',
      ];
      const outcome = await run('depot-hydrate', args);
      assert.equal(outcome.code, 3);
      assert.match(outcome.stderr, /x86-64-v3: missing abm avx avx2 bmi1 bmi2 f16c fma movbe xsave/);
    },
  );

  await t.test(
    'Julia itself refuses the v3 image on an emulated Nehalem: the refusal is no excess of caution',
    async () => {
      const [, haswell] = NODES;
      assert.ok(haswell);
      const outcome = await job({ ...haswell, cpu: 'Nehalem' }, await host(haswell));
      assert.notEqual(outcome.code, 0);
      assert.match(outcome.stderr, /Unable to find compatible target|CPU/);
    },
  );

  await t.test('a probe notices a node that claims more than its CPU can do, once', async () => {
    const [, haswell] = NODES;
    assert.ok(haswell);
    const liar = { ...haswell, cpu: 'Nehalem' };
    const options = [...(await host(liar)), '--probe', '--cache', join(scratch, 'cache')];
    for (let run = 0; run < 2; run++) {
      const outcome = await job(liar, options);
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.match(outcome.stdout, /^ok$/m);
      assert.match(outcome.stderr, /on x86-64, sysimage; passed over x86-64-v3: does not start/);
      checksums.add(/^checksum .*$/m.exec(outcome.stdout)?.[0] ?? '');
    }
    assert.equal(checksums.size, 1, [...checksums].join(', '));
    assert.equal((await readdir(join(scratch, 'cache/probes'))).length, 2);
  });

  await t.test(
    'what is called runnable starts, and what is refused Julia refuses too or dies of',
    async (t) => {
      const isNative = Number(julia.version.split('.')[1]) >= 9;
      for (const node of NODES) {
        const options = await host(node);
        const explanation = await succeed('depot-hydrate', ['explain', ...source, ...options, '--json']);
        const { images } = JSON.parse(explanation) as { images: Verdict[] };
        assert.ok(images.length > 0);
        for (const { target, start, runnable, missing } of images) {
          const command = node.cpu === undefined ? julia.command : await emulated(node.cpu);
          const forced = { ...process.env, DEPOT_TARGET: `force:${target}` };
          const words = [
            '--start',
            start,
            '--julia',
            command.join(' '),
            '--',
            'julia',
            '-e',
            usesCode(isNative),
          ];
          const outcome = await run('depot-hydrate', ['exec', ...source, ...options, ...words], {
            env: forced,
          });
          const [ours, julias] = [runnable ? 'runs' : `lacks ${missing.join(' ')}`, describe(outcome)];
          t.diagnostic(`Julia ${julia.version}, ${node.name}, ${target} ${start}: ${ours}; Julia: ${julias}`);
          // Until 1.9 caches hold no machine code: they are for the nodes of their target, and run on all.
          const isRefusable = start === 'sysimage' || isNative;
          if (runnable || isRefusable) assert.equal(outcome.code === 0, runnable, outcome.stderr);
        }
      }
    },
  );
});

interface Verdict {
  readonly target: string;
  readonly start: string;
  readonly runnable: boolean;
  readonly missing: readonly string[];
}

/** Fails where Julia takes no machine code from the caches but compiles them anew; otherwise starting says all. */
function usesCode(isNative: boolean): string {
  const names = ['JetAnalysis', 'JetClustering', 'JetEvents'].map((name) => `"${name}"`).join(', ');
  return isNative ? `exit(all(Base.isprecompiled, Base.identify_package.([${names}])) ? 0 : 86)` : 'exit(0)';
}

function describe({ code, signal, stderr }: Outcome): string {
  if (code === 0) return 'starts';
  const error = stderr.split('\n').findLast((line) => line.startsWith('ERROR: '));
  return error ?? (signal === null ? `ends with ${code ?? 'nothing'}` : `dies of ${signal}`);
}
