import {
  DepotError,
  DISPATCH_TARGETS,
  namesOfX86,
  parseDispatchTargets,
  type Target,
  X86_FEATURES,
} from '@depotcast/hydrator/format';
import { open } from 'node:fs/promises';
import { readSymbol } from './read-symbol.js';

/** CPU features that a system image records for each of its targets, as /proc/cpuinfo spells them. */
export type RecordedFeatures = readonly (readonly string[])[];

/**
 * Reads what an image records.
 * @param start where the image begins in the file, which may be a tar that holds it
 * @returns undefined where it cannot be read: for other architectures than x86, and from Julia 1.9 on
 */
export async function readRecordedFeatures(file: string, start = 0): Promise<RecordedFeatures | undefined> {
  const handle = await open(file);
  try {
    const bytes = await readSymbol(async (position, length) => {
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, start + position);
      return buffer;
    }, DISPATCH_TARGETS);
    return bytes === undefined
      ? undefined
      : parseDispatchTargets(bytes).map(({ enabled }) => namesOfX86(enabled));
  } finally {
    await handle.close();
  }
}

/**
 * Checks that an image demands of a node just what its target says. Julia silently takes away what the build host's CPU
 * lacks, so that the image would be a weaker one under a stronger one's name.
 * @throws DepotError `build-failed`, naming the features
 */
export async function checkImage(file: string, target: Target): Promise<void> {
  if (target.arch !== 'x86_64') return;
  const recorded = await readRecordedFeatures(file);
  if (recorded !== undefined) refuseDifference(recorded, target);
}

/** @throws DepotError `build-failed` */
export function refuseDifference(recorded: RecordedFeatures, target: Target): void {
  const [features = []] = recorded;
  const excess = features.filter((name) => !target.requires.includes(name));
  if (recorded.length !== 1 || excess.length > 0) {
    throw new DepotError(
      'build-failed',
      `the image for ${target.name} demands more than its target: ${excess.join(', ') || 'several targets'}`,
      {
        hint: "this Julia's names for CPU targets differ from the table; report it with the output of julia -v",
      },
    );
  }
  const lacking = target.requires.filter((name) => X86_FEATURES.has(name) && !features.includes(name));
  if (lacking.length === 0) return;
  throw new DepotError(
    'build-failed',
    `the image for ${target.name} is compiled without ${lacking.join(', ')}: this host's CPU lacks them`,
    { hint: 'build it on a CPU that has them, or under an emulator as launcher' },
  );
}
