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
const NEOVERSE_N1 = [
  ...ARMV8,
  ...['asimddp', 'asimdhp', 'asimdrdm', 'atomics', 'crc32', 'dcpop', 'fphp', 'lrcpc'],
];
const NEOVERSE_V1 = [...NEOVERSE_N1, 'bf16', 'fcma', 'flagm', 'i8mm', 'ilrcpc', 'jscvt', 'sve'];

/**
 * The targets that every spec can name. Julia before 1.14 does not know the psABI level names and would record no
 * features for them, and a vendor's CPU name alone asks for more than virtual machines show; so each level is spelled
 * as a known CPU less what the level does not have.
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
  {
    name: 'neoverse-n1',
    arch: 'aarch64',
    requires: NEOVERSE_N1,
    julia: [{ since: '1.6', cpuTarget: 'neoverse-n1,-ssbs' }],
  },
  {
    name: 'neoverse-v1',
    arch: 'aarch64',
    requires: NEOVERSE_V1,
    julia: [{ since: '1.7', cpuTarget: 'neoverse-v1,-rand,-ssbs,-dit' }],
  },
];

export function findTarget(name: string): Target | undefined {
  return TARGETS.find((target) => target.name === name);
}

/** The string to hand to a given Julia for `target`, or undefined where that Julia is too old to know the CPU. */
export function cpuTargetFor(target: Target, juliaVersion: string): string | undefined {
  return target.julia.findLast(({ since }) => isAtLeast(juliaVersion, since))?.cpuTarget;
}
