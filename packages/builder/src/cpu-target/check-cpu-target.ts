import { findTarget, isReadable, juliaFeatures } from '@depotcast/hydrator/format';
import { suggest } from '../spec/suggest.js';
import { compareFeatures } from './compare-features.js';
import type { CpuTargetUse, Refusal } from './cpu-target-use.js';
import { type ParsedCpuTarget, parseCpuTargets } from './parse-cpu-target.js';
import { knownCpus } from './predict.js';

/**
 * Looks for what would make Julia compile other code than nodes are chosen by. Julia takes such strings without a word.
 * @returns undefined where Julia records just what nodes must have
 */
export function checkCpuTarget(use: CpuTargetUse): Refusal | undefined {
  const { cpuTarget, arch, juliaVersion } = use;
  if (!isReadable(juliaVersion)) {
    return {
      message: `Julia ${juliaVersion} records CPU features in a way that cannot be read back`,
      remedy: 'build with Julia 1.13 or an earlier one',
    };
  }
  const [first, ...others] = parseCpuTargets(cpuTarget, arch);
  if (first === undefined) throw new Error('a string has at least one part');
  if (others.length > 0) return refuseSeveral(use);
  return (
    refuseName(first, use) ??
    refuseOptions(first, use) ??
    refuseUnknownFeature(first, use) ??
    compareFeatures(use)
  );
}

function refuseSeveral({ cpuTarget, juliaVersion }: CpuTargetUse): Refusal {
  const [first = ''] = cpuTarget.split(';');
  return {
    message: `'${cpuTarget}' names several CPU targets, and an image is for one: Julia ${juliaVersion} drops all but the first from system images, and up to 1.11.1 from package images too`,
    remedy: `write "${withoutOptions(first)}", and a [[target]] of its own for each of the others`,
  };
}

/** Names that stand for whatever the build machine or Julia's own image is. */
const RELATIVE_NAMES: ReadonlySet<string> = new Set(['native', 'sysimage', 'help', '']);

function refuseName({ cpu }: ParsedCpuTarget, { arch, juliaVersion }: CpuTargetUse): Refusal | undefined {
  if (RELATIVE_NAMES.has(cpu)) {
    return {
      message: `'${cpu}' is no name of a CPU: the image would be for whatever machine builds it`,
      remedy: 'name a CPU, such as "haswell"',
    };
  }
  const known = knownCpus(arch, juliaVersion);
  if (known.includes(cpu)) return undefined;
  const what = `Julia ${juliaVersion} does not know the CPU '${cpu}'`;
  const level = findTarget(cpu);
  const spelling = level?.arch === arch ? level.julia.at(-1)?.cpuTarget : undefined;
  return {
    message: `${what}: it would compile for it and record no features, so that every node would take the image`,
    remedy:
      spelling === undefined
        ? `write a CPU that it knows and the features beyond it${near(cpu, known)}; known: ${known.join(', ')}`
        : `write "${spelling}", which is the same in names that it knows`,
  };
}

function refuseOptions({ options }: ParsedCpuTarget, { cpuTarget }: CpuTargetUse): Refusal | undefined {
  if (options.length === 0) return undefined;
  return {
    message: `'${options.join("', '")}' only has a meaning in a string of several CPU targets, and an image is for one`,
    remedy: `write "${withoutOptions(cpuTarget)}"`,
  };
}

function refuseUnknownFeature(
  { enabled, disabled }: ParsedCpuTarget,
  { arch, juliaVersion }: CpuTargetUse,
): Refusal | undefined {
  const table = juliaFeatures(arch, juliaVersion);
  const known = table.map(({ name }) => name);
  const unknown = [...enabled, ...disabled].find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  const kernels = table.find(({ kernel }) => kernel.includes(unknown));
  const instead = kernels === undefined ? near(unknown, known) : `, or write '${kernels.name}'`;
  return {
    message: `Julia ${juliaVersion} has no feature '${unknown}': it would pass it to the compiler and not record it`,
    remedy: `remove it${instead}; known: ${known.join(', ')}`,
  };
}

function near(word: string, known: readonly string[]): string {
  const name = suggest(word, known);
  return name === undefined ? '' : `, or write '${name}'`;
}

function withoutOptions(target: string): string {
  return target
    .split(',')
    .filter((word) => !/^-?(?:clone_all|opt_size|min_size|base\(\d+\))$/.test(word))
    .join(',');
}
