import { juliaFeatures } from '@depotcast/hydrator/format';
import type { CpuTargetUse, Refusal } from './check-cpu-target.js';

/**
 * Compares what Julia will record with what nodes are chosen by. An image that records more would be refused by Julia
 * on a node that was chosen for it; one that records less is weaker than its requirements.
 * @param recorded Julia's names of features
 */
export function compareFeatures(recorded: readonly string[], use: CpuTargetUse): Refusal | undefined {
  const { cpuTarget, arch, juliaVersion, requires, raised } = use;
  const table = juliaFeatures(arch, juliaVersion);
  const features = table.filter(({ name }) => recorded.includes(name));
  const unshown = features.filter(({ kernel }) => kernel.length === 0).map(({ name }) => name);
  if (unshown.length > 0) {
    return {
      message: `'${cpuTarget}' makes Julia ask nodes for ${unshown.join(' ')}, which no kernel shows: it would refuse the image on nodes that were chosen for it`,
      remedy: `write "${without(cpuTarget, unshown)}"`,
    };
  }
  const excess = features.filter(({ kernel }) => kernel.some((name) => !requires.includes(name)));
  if (excess.length > 0) {
    const missing = excess.flatMap(({ kernel }) => kernel).filter((name) => !requires.includes(name));
    const names = excess.map(({ name }) => name);
    return {
      message: `'${cpuTarget}' makes Julia ask nodes for ${missing.join(' ')}, which the target does not require`,
      remedy: `write "${without(cpuTarget, names)}", or add to requires: ${missing.map((name) => `"${name}"`).join(', ')}`,
    };
  }
  const provided = new Set(features.flatMap(({ kernel }) => kernel));
  const lacking = table.filter(
    ({ name, kernel }) =>
      !recorded.includes(name) &&
      kernel.some((spelling) => requires.includes(spelling) && !raised.includes(spelling)) &&
      kernel.every((spelling) => !provided.has(spelling)),
  );
  if (lacking.length === 0) return undefined;
  const spellings = lacking.flatMap(({ kernel }) => kernel).filter((name) => requires.includes(name));
  return {
    message: `the target requires ${spellings.join(' ')}, which '${cpuTarget}' does not make use of`,
    remedy: `write "${withFeatures(
      cpuTarget,
      lacking.map(({ name }) => name),
    )}", or remove from requires: ${spellings.join(', ')}`,
  };
}

function without(cpuTarget: string, features: readonly string[]): string {
  const kept = cpuTarget.split(',').filter((word) => !features.includes(word.replace(/^\+/, '')));
  return [...kept, ...features.map((name) => `-${name}`)].join(',');
}

/** Whatever the string turns off would stay off. */
function withFeatures(cpuTarget: string, features: readonly string[]): string {
  const kept = cpuTarget.split(',').filter((word) => !features.includes(word.replace(/^-/, '')));
  return [...kept, ...features].join(',');
}
