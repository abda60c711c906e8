import { juliaFeatures } from '@depotcast/hydrator/format';
import { bakingFeatures } from '../baked/baking-packages.js';
import { emulatedCpu } from '../baked/emulated-cpu.js';
import { type EmulatedJulia, writeEmulated } from '../baked/emulated-compile.js';
import { findEmulator } from '../baked/find-emulator.js';
import { judgeBaked } from '../baked/judge-baked.js';
import { parseProbe } from '../baked/probe-script.js';
import { describeStage, type JuliaStageBase, type Stage } from '../plan/stage.js';
import type { SpecTarget } from '../spec/spec-target.js';
import { type BuildContext, preparedEnvironment } from './context.js';

/** Of several targets, what their nodes have in common, as kernels spell it. */
function featuresOf(
  targets: readonly string[],
  { spec }: BuildContext,
  select: (target: SpecTarget) => readonly string[],
): readonly string[] {
  const [first = [], ...others] = spec.targets.filter(({ name }) => targets.includes(name)).map(select);
  return first.filter((feature) => others.every((features) => features.includes(feature)));
}

/** What every node has that a stage compiles for. */
const requiredBy = (targets: readonly string[], context: BuildContext) =>
  featuresOf(targets, context, ({ requires }) => requires);

/** What code for these targets makes use of. */
const usedBy = (targets: readonly string[], context: BuildContext) =>
  featuresOf(targets, context, ({ requires, raised }) =>
    requires.filter((feature) => !raised.includes(feature)),
  );

/** Another CPU that is one of the targets and no more; undefined where none can be emulated here. */
export async function emulatedJulia(
  targets: readonly string[],
  context: BuildContext,
): Promise<EmulatedJulia | undefined> {
  const { arch } = context.julia;
  const cpu = emulatedCpu(arch, usedBy(targets, context));
  const emulator = await findEmulator(arch, context.env['PATH']);
  return cpu === undefined || emulator === undefined ? undefined : { emulator, cpu };
}

/**
 * Provides a stand-in for Julia on a CPU of the targets, by which packages are compiled that bake its features.
 * @param folder that the stand-in is written into
 * @returns undefined where no package does, or none can be emulated: what comes of it is judged in any case
 */
export async function standInFor(
  { environment }: Stage & JuliaStageBase,
  targets: readonly string[],
  folder: string,
  context: BuildContext,
): Promise<string | undefined> {
  if (bakingFeatures(preparedEnvironment(context, environment).packages).length === 0) return undefined;
  const emulated = await emulatedJulia(targets, context);
  return emulated === undefined ? undefined : writeEmulated(folder, emulated);
}

/**
 * Judges what the packages hold that a script with the probe has loaded.
 * @returns what is worth knowing, for people
 * @throws DepotError `build-failed`
 */
export async function judgeOutput(
  output: string,
  stage: Stage,
  targets: readonly string[],
  context: BuildContext,
): Promise<string[]> {
  const { arch, version } = context.julia;
  const requires = requiredBy(targets, context);
  const provided = juliaFeatures(arch, version).filter(
    ({ kernel }) => kernel.length > 0 && kernel.every((name) => requires.includes(name)),
  );
  const cpu = emulatedCpu(arch, usedBy(targets, context));
  const emulator = await findEmulator(arch, context.env['PATH']);
  return judgeBaked(parseProbe(output), {
    label: describeStage(stage),
    targets,
    features: new Set(provided.map(({ name }) => name)),
    arch,
    canBeEmulated: cpu !== undefined && emulator === undefined,
  });
}
