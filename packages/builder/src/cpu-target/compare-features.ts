import { type JuliaFeature, juliaFeatures } from '@depotcast/hydrator/format';
import type { CpuTargetUse, Refusal } from './cpu-target-use.js';
import { parseCpuTargets } from './parse-cpu-target.js';
import { predictFeatures } from './predict.js';

/**
 * Compares what Julia will record for a string of one known CPU with what nodes are chosen by. An image that records
 * more would be refused by Julia on a node that was chosen for it; one that records less is weaker than its
 * requirements.
 */
export function compareFeatures(use: CpuTargetUse): Refusal | undefined {
  const { cpuTarget } = use;
  const { unshown, excess, lacking } = differences(cpuTarget, use);
  const better = mend(use);
  const write = better === undefined ? [] : [`write "${better}"`];
  if (unshown.length > 0) {
    const names = unshown.map(({ name }) => name);
    return {
      message: `'${cpuTarget}' makes Julia ask nodes for ${names.join(' ')}, which no kernel shows: it would refuse the image on nodes that were chosen for it`,
      remedy: write[0] ?? `append -${names.join(',-')}`,
    };
  }
  if (excess.length > 0) {
    const missing = spellings(excess, (name) => !use.requires.includes(name));
    const add = `add to requires: ${missing.map((name) => `"${name}"`).join(', ')}`;
    return {
      message: `'${cpuTarget}' makes Julia ask nodes for ${missing.join(' ')}, which the target does not require`,
      remedy: [...write, add].join(', or '),
    };
  }
  if (lacking.length > 0) {
    const unused = spellings(lacking, (name) => use.requires.includes(name));
    return {
      message: `the target requires ${unused.join(' ')}, which '${cpuTarget}' does not make use of`,
      remedy: [...write, `remove from requires: ${unused.join(', ')}`].join(', or '),
    };
  }
  return undefined;
}

interface Differences {
  /** Recorded, but nothing that a kernel shows. */
  readonly unshown: readonly JuliaFeature[];
  /** Recorded, but not required. */
  readonly excess: readonly JuliaFeature[];
  /** Required, but not recorded. */
  readonly lacking: readonly JuliaFeature[];
}

function differences(cpuTarget: string, use: CpuTargetUse): Differences {
  const { arch, juliaVersion, requires, raised } = use;
  const [parsed] = parseCpuTargets(cpuTarget, arch);
  const recorded = parsed === undefined ? [] : predictFeatures(parsed, arch, juliaVersion);
  const table = juliaFeatures(arch, juliaVersion);
  const features = table.filter(({ name }) => recorded.includes(name));
  const provided = new Set(features.flatMap(({ kernel }) => kernel));
  return {
    unshown: features.filter(({ kernel }) => kernel.length === 0),
    excess: features.filter(({ kernel }) => kernel.some((name) => !requires.includes(name))),
    lacking: table.filter(({ kernel }) =>
      kernel.some((name) => requires.includes(name) && !raised.includes(name) && !provided.has(name)),
    ),
  };
}

/** Mending one feature can take others along or bring them in. */
const MAX_STEPS = 8;

/** The string changed so that it is recorded as required; undefined where no string is. */
function mend(use: CpuTargetUse): string | undefined {
  let cpuTarget = use.cpuTarget;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { unshown, excess, lacking } = differences(cpuTarget, use);
    const unwanted = [...unshown, ...excess].map(({ name }) => name);
    const wanted = lacking.map(({ name }) => name);
    if (unwanted.length === 0 && wanted.length === 0) return cpuTarget;
    // Julia lets an aversion win over a wish, so that neither may stand beside the other.
    const kept = cpuTarget
      .split(',')
      .filter((word, index) => index === 0 || ![...unwanted, ...wanted].includes(word.replace(/^[+-]/, '')));
    cpuTarget = [...kept, ...unwanted.map((name) => `-${name}`), ...wanted].join(',');
  }
  return undefined;
}

function spellings(features: readonly JuliaFeature[], isMeant: (name: string) => boolean): string[] {
  return features.flatMap(({ kernel }) => kernel).filter(isMeant);
}
