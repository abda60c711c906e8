import { type Arch, decodeFeatures, DepotError, type RecordedTarget } from '@depotcast/hydrator/format';
import { parseCpuTargets } from '../cpu-target/parse-cpu-target.js';
import { predictFeatures } from '../cpu-target/predict.js';
import { readTargets } from './read-targets.js';

/** What an image was compiled for, and by what. */
export interface ImageOrder {
  /** How messages call it. */
  readonly label: string;
  readonly cpuTarget: string;
  readonly arch: Arch;
  readonly juliaVersion: string;
}

/**
 * Reads an image back and checks that it demands of a node just what was ordered: Julia silently takes away what the
 * build host's CPU lacks, or all but the first of several targets.
 * @returns the targets that it records
 * @throws DepotError `build-failed`, naming the features
 */
export async function checkImage(file: string, order: ImageOrder): Promise<readonly RecordedTarget[]> {
  const recorded = await readTargets(file);
  if (recorded === undefined) {
    throw new DepotError(
      'build-failed',
      `${order.label}: ${file}: expected CPU targets of an image, got none`,
      {
        hint: 'Julia or the linker left them out; look into the log for what the linker said',
      },
    );
  }
  refuseDifference(recorded, order);
  return recorded;
}

/** @throws DepotError `build-failed` */
export function refuseDifference(recorded: readonly RecordedTarget[], order: ImageOrder): void {
  const { label, cpuTarget, arch, juliaVersion } = order;
  const asked = parseCpuTargets(cpuTarget, arch);
  if (recorded.length !== asked.length) {
    const names = recorded.map(({ cpu }) => cpu).join(', ');
    throw new DepotError(
      'build-failed',
      `${label}: '${cpuTarget}' asked for ${asked.length} CPU targets, and the image holds ${recorded.length}: ${names}`,
      { hint: `Julia ${juliaVersion} drops all but the first; name each in a [[target]] of its own` },
    );
  }
  for (const [index, target] of recorded.entries()) {
    const wanted = asked[index];
    if (wanted !== undefined) compare(target, predictFeatures(wanted, arch, juliaVersion), order);
  }
}

function compare(target: RecordedTarget, expected: readonly string[], order: ImageOrder): void {
  const { label, cpuTarget, arch, juliaVersion } = order;
  if (target.isUnknownName) {
    throw new DepotError(
      'build-failed',
      `${label}: Julia ${juliaVersion} does not know the CPU of '${cpuTarget}': it recorded no features of it, so that every node would take the image`,
      { hint: '`depot-build targets` lists strings that work' },
    );
  }
  const { julia } = decodeFeatures(target, arch, juliaVersion);
  const excess = julia.filter((name) => !expected.includes(name));
  if (excess.length > 0) {
    throw new DepotError(
      'build-failed',
      `${label}: the image demands more of a node than '${cpuTarget}' says: ${excess.join(', ')}`,
      {
        hint: `this Julia's CPUs differ from those of ${juliaVersion} as released; append -${excess.join(',-')}`,
      },
    );
  }
  const lacking = expected.filter((name) => !julia.includes(name));
  if (lacking.length > 0) {
    throw new DepotError(
      'build-failed',
      `${label}: the image is compiled without ${lacking.join(', ')}, which '${cpuTarget}' asks for: this host's CPU lacks them`,
      { hint: 'build it on a CPU that has them, or under an emulator as launcher' },
    );
  }
}
