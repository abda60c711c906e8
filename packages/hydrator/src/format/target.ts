import { isAtLeast } from './julia-version.js';

/** Machine names as `uname -m` spells them. */
export type Arch = 'x86_64' | 'aarch64';

/** A CPU level that images are compiled for. The name is for people; what decides is `requires`. */
export interface Target {
  readonly name: string;
  readonly arch: Arch;
  /** Features a node must have, spelled as Linux spells them in /proc/cpuinfo. */
  readonly requires: readonly string[];
  /** Julia's own spelling for `-C`, oldest Julia first: the last entry whose `since` the version has reached holds. */
  readonly julia: readonly { readonly since: string; readonly cpuTarget: string }[];
}

const X86_64 = ['cmov', 'cx8', 'cx16', 'fxsr', 'mmx', 'sse', 'sse2'];
const X86_64_V2 = [...X86_64, 'lahf_lm', 'pni', 'popcnt', 'sse4_1', 'sse4_2', 'ssse3'];
const X86_64_V3 = [...X86_64_V2, 'abm', 'avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'movbe', 'xsave'];
const X86_64_V4 = [...X86_64_V3, 'avx512bw', 'avx512cd', 'avx512dq', 'avx512f', 'avx512vl'];
const ARMV8 = ['asimd', 'fp'];
const ARMV8_1 = [...ARMV8, 'asimdrdm', 'atomics', 'crc32'];
const ARMV8_2 = [...ARMV8_1, 'asimdhp', 'dcpop', 'fphp'];
const NEOVERSE_N1 = [...ARMV8_2, 'asimddp', 'lrcpc'];
const ARMV8_4 = [...NEOVERSE_N1, 'fcma', 'flagm', 'ilrcpc', 'jscvt'];
const NEOVERSE_V1 = [...ARMV8_4, 'bf16', 'i8mm', 'sve'];
const NEOVERSE_N2 = [...NEOVERSE_V1, 'dcpodp', 'flagm2', 'frint', 'sb', 'sve2', 'uscat'];
const APPLE_M1 = [
  ...[...ARMV8_4, 'aes', 'asimdfhm', 'dcpodp', 'dit', 'flagm2', 'frint', 'pmull', 'sb', 'sha1', 'sha2'],
  ...['sha3', 'sha512', 'uscat'],
];

/** What every build for an architecture relies on, whatever its target. */
export const BASELINE: Readonly<Record<Arch, readonly string[]>> = {
  x86_64: ['cmov', 'cx8', 'fxsr', 'mmx', 'sse', 'sse2'],
  aarch64: ['asimd', 'fp'],
};

/**
 * The targets that every spec can name. Julia before 1.14 does not know the psABI level names and would record no
 * features for them, and a vendor's CPU name alone asks for more than virtual machines show; so each level is spelled
 * as a known CPU less what the level does not have. For aarch64 that includes the versions of the architecture: Julia
 * learns a node's from its part number only, and refuses an image that asks for one on parts that it does not know,
 * which Grace and Graviton4 are to Julia 1.12.
 */
export const TARGETS: readonly Target[] = [
  { name: 'x86-64', arch: 'x86_64', requires: X86_64, julia: [{ since: '1.0', cpuTarget: 'generic' }] },
  { name: 'x86-64-v2', arch: 'x86_64', requires: X86_64_V2, julia: [{ since: '1.0', cpuTarget: 'nehalem' }] },
  {
    name: 'x86-64-v3',
    arch: 'x86_64',
    requires: X86_64_V3,
    julia: [{ since: '1.0', cpuTarget: 'haswell,-rdrnd,-xsaveopt,-pclmul,-fsgsbase' }],
  },
  {
    name: 'x86-64-v4',
    arch: 'x86_64',
    requires: X86_64_V4,
    julia: [
      {
        since: '1.0',
        cpuTarget:
          'skylake-avx512,-rdrnd,-rdseed,-xsaveopt,-xsavec,-xsaves,-pku,-clwb,-clflushopt,-adx,-prfchw,-aes,-pclmul,-fsgsbase',
      },
    ],
  },
  { name: 'aarch64', arch: 'aarch64', requires: ARMV8, julia: [{ since: '1.0', cpuTarget: 'generic' }] },
  arm('armv8.1', ARMV8_1, '1.6', `armv8.1-a,${withoutVersions(1)}`),
  arm('thunderx2', [...ARMV8_1, 'aes', 'pmull', 'sha1', 'sha2'], '1.6', `thunderx2t99,${withoutVersions(1)}`),
  arm('a64fx', [...ARMV8_2, 'fcma', 'sha1', 'sha2', 'sve'], '1.6', `a64fx,${withoutVersions(2)}`),
  arm('neoverse-n1', NEOVERSE_N1, '1.5', `neoverse-n1,-ssbs,${withoutVersions(2)}`),
  arm('neoverse-v1', NEOVERSE_V1, '1.7', `neoverse-v1,dotprod,-rand,-ssbs,-dit,${withoutVersions(4)}`),
  arm(
    'neoverse-n2',
    NEOVERSE_N2,
    '1.7',
    `neoverse-n2,dotprod,-rand,-mte,-dit,-sve2-bitperm,${withoutVersions(5)}`,
  ),
  arm('apple-m1', APPLE_M1, '1.8', `apple-m1,${withoutVersions(5)}`),
];

function arm(name: string, requires: readonly string[], since: string, cpuTarget: string): Target {
  return { name, arch: 'aarch64', requires, julia: [{ since, cpuTarget }] };
}

/** Turns off Armv8.1 to Armv8.`last` as such; what they brought with them stays on. */
function withoutVersions(last: number): string {
  return Array.from({ length: last }, (_, index) => `-v8_${index + 1}a`).join(',');
}

export function findTarget(name: string): Target | undefined {
  return TARGETS.find((target) => target.name === name);
}

/** The string to hand to a given Julia for `target`, or undefined where that Julia is too old to know the CPU. */
export function cpuTargetFor(target: Target, juliaVersion: string): string | undefined {
  return target.julia.findLast(({ since }) => isAtLeast(juliaVersion, since))?.cpuTarget;
}
