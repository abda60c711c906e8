import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { type Outcome, run, succeed } from './support/programs.js';
import { checkout, julia, mountExample, prefix } from './support/site.js';
import { temporaryDirectory } from './support/temporary.js';

const QEMU = '/usr/bin/qemu-x86_64-static';
const skip =
  process.arch !== 'x64'
    ? 'the emulated nodes are x86-64'
    : existsSync(QEMU)
      ? false
      : 'qemu-user is not installed (Debian package qemu-user-static)';

const NEHALEM =
  'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ss ht syscall nx lm constant_tsc nopl cpuid pni ssse3 cx16 sse4_1 sse4_2 popcnt hypervisor lahf_lm';
const HASWELL = `${NEHALEM} pclmulqdq fma movbe aes xsave avx f16c rdrand abm fsgsbase bmi1 avx2 bmi2 xsaveopt`;

interface Node {
  readonly name: string;
  /** Feature line of its cpuinfo; this machine's own file where there is none. */
  readonly flags?: string;
  /** QEMU's name for the CPU. */
  readonly cpu?: string;
  readonly target: string;
}

const NODES: readonly Node[] = [
  { name: 'Nehalem', flags: NEHALEM, cpu: 'Nehalem', target: 'x86-64' },
  { name: 'Haswell', flags: HASWELL, cpu: 'Haswell', target: 'x86-64-v3' },
  {
    name: 'this machine',
    target: (await readFile('/proc/cpuinfo', 'utf8')).includes(' avx2 ') ? 'x86-64-v3' : 'x86-64',
  },
];

test('three kinds of node on one machine', { skip }, async (t) => {
  const scratch = await temporaryDirectory();
  await mountExample(scratch);
  const source = ['--repo', prefix, '--channel', 'prod', '--state', join(scratch, 'state')];
  const checksums = new Set<string>();

  const host = async ({ name, flags }: Node): Promise<string[]> => {
    if (flags === undefined) return [];
    const file = join(scratch, `${name}.cpuinfo`);
    await writeFile(file, `processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: ${flags}\n\n`);
    return ['--cpuinfo', file, '--machine', 'x86_64'];
  };

  const job = async (node: Node, options: readonly string[]): Promise<Outcome> => {
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
});

/** The same Julia on an emulated CPU. An emulator needs the program itself, not a script that starts it. */
async function emulated(cpu: string): Promise<string[]> {
  const launcher = await realpath(julia.command.at(-1) ?? '');
  const program = join(dirname(launcher), 'julia.real');
  // Below AVX the bundled OpenBLAS picks a kernel that the emulated CPU does not have.
  const openblas = cpu === 'Nehalem' ? ['-E', 'OPENBLAS_CORETYPE=Nehalem'] : [];
  const emulator = [QEMU, '-cpu', cpu, ...openblas];
  if (!existsSync(program)) return [...emulator, launcher];
  const libraries = join(dirname(launcher), '../lib/x86_64-linux-gnu');
  const path = [join(libraries, 'julia'), libraries].join(':');
  return [...emulator, '-E', `LD_LIBRARY_PATH=${path}`, program];
}
