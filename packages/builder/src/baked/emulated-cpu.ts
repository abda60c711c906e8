import { type Arch, findTarget } from '@depotcast/hydrator/format';

/** A CPU that QEMU can be. */
export interface EmulatedCpu {
  /** The target that it is the weakest CPU of. */
  readonly target: string;
  readonly name: string;
  /** QEMU's name for it, without what QEMU does not emulate and would warn of. */
  readonly model: string;
  /** What it has beyond the target, as kernels spell it. */
  readonly beyond: readonly string[];
  /** Variables of programs that would take it for more than it is. */
  readonly variables: Readonly<Record<string, string>>;
}

/** QEMU emulates no AVX-512. */
const CPUS: readonly EmulatedCpu[] = [
  {
    target: 'x86-64-v3',
    name: 'Haswell',
    model: 'Haswell-noTSX,-pcid,-x2apic,-tsc-deadline,-invpcid',
    beyond: ['aes', 'pclmulqdq', 'rdrand', 'fsgsbase', 'xsaveopt'],
    variables: {},
  },
  {
    target: 'x86-64-v2',
    name: 'Nehalem',
    model: 'Nehalem',
    beyond: [],
    variables: { OPENBLAS_CORETYPE: 'Nehalem' },
  },
  {
    target: 'x86-64',
    name: 'Opteron',
    model: 'qemu64',
    beyond: ['pni', 'lahf_lm'],
    variables: { OPENBLAS_CORETYPE: 'Prescott' },
  },
];

/**
 * The CPU that runs what is compiled for a target and has no more: Julia leaves out of the code what the CPU lacks that it
 * runs on.
 * @param requires what nodes must have, as kernels spell it
 * @returns undefined where QEMU has none
 */
export function emulatedCpu(arch: Arch, requires: readonly string[]): EmulatedCpu | undefined {
  for (const cpu of CPUS) {
    const level = findTarget(cpu.target);
    if (level?.arch !== arch || !level.requires.every((feature) => requires.includes(feature))) continue;
    const others = requires.filter((feature) => !level.requires.includes(feature));
    if (!others.every((feature) => cpu.beyond.includes(feature))) continue;
    return { ...cpu, beyond: cpu.beyond.filter((feature) => !others.includes(feature)) };
  }
  return undefined;
}

/** The same as nodes see it that are just the target, no more. */
export function exactModel({ model, beyond }: EmulatedCpu): string {
  return [model, ...beyond.map((feature) => `-${feature.replace('_', '-')}`)].join(',');
}
