import { type Arch, DepotError } from '@depotcast/hydrator/format';
import type { BakedValue } from './probe-script.js';

/** What the packages of an image may hold. */
export interface BakedOrder {
  /** What was compiled, for messages. */
  readonly label: string;
  /** Names of the targets that it is for. */
  readonly targets: readonly string[];
  /** Features that every node has which the image is chosen for, by Julia's names. */
  readonly features: ReadonlySet<string>;
  readonly arch: Arch;
  /** Whether QEMU has a CPU that is one of the targets. */
  readonly canBeEmulated: boolean;
}

/** What LLVM names of every CPU of an architecture, or on its own where Julia does not. */
const IMPLIED: Readonly<Record<Arch, Readonly<Record<string, string | undefined>>>> = {
  x86_64: { crc32: 'sse4.2' },
  aarch64: {},
};
const ALWAYS: Readonly<Record<Arch, readonly string[]>> = {
  x86_64: ['64bit', 'cmov', 'cx8', 'fxsr', 'mmx', 'sse', 'sse2', 'x87'],
  aarch64: ['fp-armv8', 'neon', 'outline-atomics', 'v8a'],
};

/** Those by which packages choose the width of registers and the instructions that they write out themselves. */
const DECIDING = /^(?:avx.*|fma4?|bmi2|sve.*)$/;

/**
 * Holds what packages have baked against the targets of their image.
 * @returns what is not wrong, but worth knowing; for people
 * @throws DepotError `build-failed` when a node that lacks a feature would run what was made for one that has it
 */
export function judgeBaked(values: readonly BakedValue[], order: BakedOrder): string[] {
  const names = [...new Set(values.map((value) => value.package))];
  return names.flatMap((name) => {
    const held = values.filter((value) => value.package === name);
    const of = (what: string): string[] =>
      held.filter((item) => item.what === what).map((item) => item.value);
    refuseExcess(name, of, order);
    return [...describeExcess(name, of, order), ...describeRest(name, of)];
  });
}

type ValuesOf = (what: string) => readonly string[];

function excessOf(of: ValuesOf, { features, arch }: BakedOrder): string[] {
  const isProvided = (name: string): boolean =>
    features.has(name) || features.has(IMPLIED[arch][name] ?? '') || ALWAYS[arch].includes(name);
  return of('feature')
    .filter((name) => !isProvided(name))
    .sort();
}

function refuseExcess(name: string, of: ValuesOf, order: BakedOrder): void {
  const excess = excessOf(of, order).filter((feature) => DECIDING.test(feature));
  if (excess.length === 0) return;
  const cpu = of('cpu').join();
  throw new DepotError(
    'build-failed',
    `${order.label}: ${name} holds ${excess.join(' ')} of the CPU that it was compiled on${cpu === '' ? '' : ` (${cpu})`}, which ${order.targets.join(', ')} does not require of nodes`,
    { hint: remedy(name, of('freezes').length > 0, order) },
  );
}

function remedy(name: string, freezes: boolean, { targets, arch, canBeEmulated }: BakedOrder): string {
  const ways = [
    ...(canBeEmulated ? [`install qemu-user-static, so that it is compiled on a CPU of the target`] : []),
    freezes
      ? `remove cpu_target and freeze_cpu_target of [${name}] from LocalPreferences.toml, as the target is known to it without them`
      : `update ${name} to a version with the preference freeze_cpu_target`,
    `build on a machine whose CPU is ${targets.join(', ')} and no more (${arch})`,
  ];
  return ways.join(', or ');
}

function describeExcess(name: string, of: ValuesOf, order: BakedOrder): string[] {
  const excess = excessOf(of, order);
  if (excess.length === 0) return [];
  return [
    `${name} holds ${excess.join(' ')} of the CPU that it was compiled on; a package that asks it for one of these takes it for granted on every node`,
  ];
}

function describeRest(name: string, of: ValuesOf): string[] {
  const unset = ['nc', 'syst', 'cs'].filter((what) => of(what).length > 0);
  const held = unset.map((what) => `${what} = ${of(what).join()}`).join('; ');
  return [
    ...of('unreadable').map(
      (reason) => `${name} bakes what the build host is, and cannot be asked: ${reason}`,
    ),
    ...(of('redefines').length === 0
      ? []
      : [
          `${name} looks at the CPU again on each node, and where that is not called ${of('cpu').join()}, what is built on it is compiled anew: update it to a version with the preference freeze_cpu_target, or start from a system image`,
        ]),
    ...(unset.length === 0
      ? []
      : [
          `${name} holds cores, threads and bytes of caches of the build host (${held}): where nodes differ, set them under [${name}] in LocalPreferences.toml, and name ${name} in [deps] or [extras] of Project.toml`,
        ]),
  ];
}
