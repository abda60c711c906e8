import { DepotError, type Image } from '../format/index.js';
import { ensureMountable } from '../job/prepare-launch.js';
import { probeCommand, type ProbeOutcome } from '../probe/probe-command.js';
import { verdictKey } from '../probe/verdict-key.js';
import { Verdicts } from '../probe/verdicts.js';
import type { Context } from './context.js';
import { choose, inspectChosen, type Start, startOn, type StartOptions } from './start.js';

/** A start loads the system image and nothing else: less than a second, and much more on a cold network disk. */
const TIMEOUT_MS = 120_000;

/** Whether the variable DEPOT_PROBE asks for a probe. */
export function wantsProbe({ env }: Pick<Context, 'env'>): boolean {
  return !['', '0', undefined].includes(env['DEPOT_PROBE']);
}

/**
 * As `prepareStart`, and starts Julia once on the image, as the job would be; where that fails, the next weaker image of
 * the decision gets its turn.
 * @throws DepotError `no-image` when none starts, with what happened to each
 */
export async function prepareProbedStart(options: StartOptions, context: Context): Promise<Start> {
  const choice = await choose(options, context);
  const julia = await inspectChosen(choice, options, context);
  const failed = new Map<Image, string>();
  const unfit: Image[] = [];
  for (const image of turns(choice)) {
    const alike = unfit.find((other) => needsAllOf(image, other));
    if (alike !== undefined) {
      failed.set(image, failed.get(alike) ?? '');
      continue;
    }
    const start = await startOn({ ...choice, image }, julia, options, context);
    const outcome = await probe(start, options, context);
    if (outcome.runs) return { ...start, failed };
    failed.set(image, `does not start, ${outcome.why}`);
    if (outcome.isLasting) unfit.push(image);
    context.note(`warning: ${image.target}, ${image.start} does not start here: ${outcome.why}`);
  }
  const reasons = new Set([...failed].map(([{ target }, why]) => `${target} ${why}`));
  throw new DepotError('no-image', `no image starts on this host: ${[...reasons].join('; ')}`, {
    hint: "run the job once with 'julia' alone: where that fails too, the images are not to blame",
  });
}

/**
 * Whether an image asks as much of a CPU as another. Package caches start whatever the CPU, for nothing is loaded from
 * them yet: of those that need what a system image died of, a probe would learn nothing.
 */
function needsAllOf(image: Image, other: Image): boolean {
  return other.requires.every((feature) => image.requires.includes(feature));
}

/** The chosen image, then those after it that the host can run with the same Julia. */
function turns({ decision: { candidates }, image }: Awaited<ReturnType<typeof choose>>): Image[] {
  const after = candidates.slice(candidates.findIndex((candidate) => candidate.image === image) + 1);
  const runnable = after.filter((candidate) => candidate.runnable).map((candidate) => candidate.image);
  return [image, ...runnable.filter(({ julia }) => julia.version === image.julia.version)];
}

async function probe(start: Start, options: StartOptions, context: Context): Promise<ProbeOutcome> {
  const { release, image, host, julia } = start;
  const cache = options.cache ?? context.directories.cache;
  const verdicts = cache === undefined ? undefined : new Verdicts(cache);
  const key = await verdictKey(release, image, host, julia, options.cpuinfo);
  const known = await verdicts?.recall(key);
  if (known !== undefined) return known.runs ? { runs: true } : { ...known, runs: false, isLasting: true };
  const outcome = await tryOnce(start, context);
  if (verdicts === undefined || !(outcome.runs || outcome.isLasting)) return outcome;
  const verdict = { runs: outcome.runs, why: outcome.runs ? '' : outcome.why };
  await verdicts.remember(key, verdict).catch((error: unknown) => {
    if (!(error instanceof DepotError)) throw error;
    context.note(`warning: the next job must probe again: ${error.message}`);
  });
  return outcome;
}

async function tryOnce(start: Start, context: Context): Promise<ProbeOutcome> {
  const { release, root, julia, launch } = start;
  await ensureMountable(release, root);
  const command = [...julia.command, ...launch.environment.flags, '-e', 'nothing'];
  return probeCommand(launch.wrap(command), launch.inherit(context.env), TIMEOUT_MS);
}
