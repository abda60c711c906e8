import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '@depotcast/hydrator';
import { isPathBound } from '@depotcast/hydrator/format';
import { type DebianJulia, fetchDebianJulia } from '@depotcast/tools/debian-julia';
import { type Outcome, run, succeed } from './programs.js';
import { initRepository } from './repository.js';
import { build, buildExample, type BuildHost, cache, checkout, julia, note, prefix } from './site.js';

/** Why no aarch64 can be emulated here, or none can share a release with this machine's own Julia, if so. */
export const skip =
  process.arch !== 'x64'
    ? 'aarch64 is emulated on x86-64'
    : !existsSync('/usr/bin/qemu-aarch64-static')
      ? 'qemu-user is not installed (Debian package qemu-user-static)'
      : !isPathBound(julia.version)
        ? `Julia ${julia.version} compiles for any place, and Debian's for aarch64 for one`
        : false;

/** Debian's Julia for aarch64: a script that starts it, and so whatever it starts, under the emulator. */
export function fetchAarch64Julia(): Promise<DebianJulia> {
  return fetchDebianJulia({ directory: cache, arch: 'arm64', log: note });
}

async function buildHost(): Promise<BuildHost> {
  const fetched = await fetchAarch64Julia();
  return { arch: 'arm64', julia: [fetched.julia] };
}

/**
 * What two build hosts make of one spec of package caches, each for the targets of its architecture; the emulated one in a
 * minute or two.
 */
export async function buildCaches(scratch: string): Promise<{ x86: string; aarch64: string }> {
  const spec = join(scratch, 'caches.toml');
  await writeFile(
    spec,
    `name = "hep-jets"
version = "1.0"
prefix = "/cvmfs/hep-jets.example.org"
targets = ["x86-64", "x86-64-v3", "aarch64", "neoverse-n1"]
[[environment]]
name = "hep-jets"
project = "${join(checkout, 'examples/hep-jets')}"
starts = ["caches"]
`,
  );
  const x86 = await build(spec, 'hep-jets-caches');
  return { x86, aarch64: await build(spec, 'hep-jets-caches-aarch64', await buildHost()) };
}

/** The same with system images: under the emulator a quarter of an hour each or more, and 3 GB of memory. */
export async function buildImages(): Promise<{ x86: string; aarch64: string }> {
  const spec = join(checkout, 'examples/hep-jets/spec.toml');
  const targets = ['aarch64', 'neoverse-n1'];
  const aarch64 = await build(spec, 'hep-jets-aarch64', { ...(await buildHost()), targets });
  return { x86: await buildExample(), aarch64 };
}

/** A node as its kernel describes it, and what it should get of the joined release. */
export interface RecordedNode {
  /** As `depot-publish show --coverage` calls it. */
  readonly name: string;
  readonly features: string;
  readonly target: string;
}

const A72 = 'fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid';
const A76 = `${A72} atomics fphp asimdhp asimdrdm lrcpc dcpop asimddp`;
const V1 = `${A76} ssbs jscvt fcma sha3 sm3 sm4 sha512 sve asimdfhm dit uscat ilrcpc flagm dcpodp svei8mm svebf16 i8mm bf16 dgh`;
const V2 = `${V1} sb flagm2 frint sve2 sveaes svepmull svebitperm svesha3 bti paca pacg`;

export const CORTEX_A72: RecordedNode = { name: 'Cortex-A72', features: A72, target: 'aarch64' };
export const NEOVERSE_N1: RecordedNode = {
  name: 'Neoverse N1 (Altra, Graviton2)',
  features: `${A76} ssbs`,
  target: 'neoverse-n1',
};

/** Features as the kernels of these machines print them. */
export const NODES: readonly RecordedNode[] = [
  CORTEX_A72,
  NEOVERSE_N1,
  { name: 'Neoverse N1 (Altra on Azure)', features: A76, target: 'neoverse-n1' },
  { name: 'Neoverse V1 (Graviton3)', features: `${V1} rng paca pacg`, target: 'neoverse-n1' },
  { name: 'Neoverse V2 (Graviton4)', features: `${V2} rng`, target: 'neoverse-n1' },
  { name: 'Neoverse V2 (Grace)', features: `${V2} svesm4`, target: 'neoverse-n1' },
];

/** Writes a node's cpuinfo into a folder. @returns the options that make a selector take it for the node's */
export async function recordNode({ name, features }: RecordedNode, folder: string): Promise<string[]> {
  const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.cpuinfo`);
  const core = (index: number): string =>
    `processor\t: ${index}\nBogoMIPS\t: 243.75\nFeatures\t: ${features}\nCPU implementer\t: 0x41\n\n`;
  await writeFile(file, core(0) + core(1));
  return ['--cpuinfo', file, '--machine', 'aarch64'];
}

/**
 * Publishes bundles of several build hosts as one release, and exports it to the prefix.
 * @returns the repository's folder
 */
export async function mountJoined(bundles: readonly string[], scratch: string): Promise<string> {
  const { path } = await initRepository(scratch, prefix);
  await succeed('depot-publish', ['publish', path, ...bundles, '--name', 'both', '--channel', 'prod']);
  await removeTree(prefix);
  await succeed('depot-publish', ['export', path, '--into', prefix]);
  return path;
}

/** The jet analysis of few events, as Julia's arguments. */
export const ANALYSIS = [join(checkout, 'examples/hep-jets/analysis.jl'), '--events', '10'];

/**
 * Runs a job of that release on an emulated node.
 * @param cpu QEMU's name for it
 * @param options what tells the node from others
 * @param job Julia's arguments
 * @param env variables beyond this process's own
 */
export async function runEmulated(
  cpu: string,
  options: readonly string[],
  job: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  const fetched = await fetchAarch64Julia();
  const command = ['--julia', fetched.julia, '--', 'julia', ...job];
  return run('depot-hydrate', ['exec', ...MOUNTED, ...options, ...command], {
    env: { ...process.env, ...env, QEMU_CPU: cpu },
  });
}

/** Runs a job of that release on this machine. @returns its standard output */
export function runHere(options: readonly string[], job: readonly string[]): Promise<string> {
  const command = ['--julia', julia.command.join(' '), '--', 'julia', ...job];
  return succeed('depot-hydrate', ['exec', ...MOUNTED, ...options, ...command]);
}

/** What an analysis computed, to the last bit. */
export function checksumIn(output: string): string {
  const [checksum] = /^checksum .*$/m.exec(output) ?? [];
  if (checksum === undefined) throw new Error(`expected a checksum, got ${output}`);
  return checksum;
}

/** The tree at the prefix, as every node of the site sees it. */
export const MOUNTED: readonly string[] = ['--repo', prefix, '--channel', 'prod'];
