import { DepotError } from '@depotcast/hydrator/format';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { requireReplaceable } from '../bundle/write-bundle.js';
import type { Context } from '../commands/context.js';
import type { Spec } from '../spec/spec.js';
import { removeTree } from '../store/canonical.js';
import { withBuildLock } from '../store/lock.js';
import { readWhole } from '../store/read-file.js';
import { writeWhole } from '../store/write-file.js';
import { awaitTasks, describeState, type SubmittedTask } from './await-tasks.js';
import { readPart, writeJoinedBundle } from './join-bundles.js';
import { type BuildTask, planArrays } from './plan-arrays.js';
import { Slurm } from './slurm.js';
import { hasEnded, type TaskState } from './task-states.js';
import { renderTaskScript, type TaskScript } from './task-script.js';

export interface SubmitRequest {
  readonly spec: Spec;
  /** Folder that gets the bundle; the tasks' files stand beside it, in `<out>.tasks`. */
  readonly out: string;
  /** Folder of the build caches of the targets, one below it for each. All nodes must see it, and `out`. */
  readonly cache: string;
  /** What sbatch is told, as `sbatchOptions` takes it. */
  readonly sbatch: readonly string[];
  readonly program: TaskScript['program'];
  readonly args: TaskScript['args'];
}

export interface TaskReport {
  readonly target: string;
  /** As Slurm names it: `17_0`. */
  readonly job: string;
  /** Slurm's word for how it ended. */
  readonly state: string;
  readonly node: string;
  readonly exitCode: number;
  readonly log: string;
  /** Null for a task that did not end well. */
  readonly stages: { readonly built: number; readonly reused: number } | null;
  /** Why it did not end well. */
  readonly error: string | null;
}

export interface SubmitReport {
  /** The bundle's folder; null when a task has failed. */
  readonly bundle: string | null;
  readonly tasks: readonly TaskReport[];
}

/**
 * Builds each target of a spec as a task of Slurm's, waits for them, and joins their bundles into one. What earlier tasks
 * have finished is taken over, as their caches are kept.
 * @throws DepotError `locked` while a task of an earlier submission is alive; `usage` for an `out` that is no bundle; as Slurm's commands do
 */
export async function submit(request: SubmitRequest, context: Context): Promise<SubmitReport> {
  const { out, cache } = request;
  const work = `${out}.tasks`;
  await requireReplaceable(out);
  await mkdir(cache, { recursive: true });
  const ended = await runTasks(request, work, context);
  const reports = await Promise.all([...ended].map(([task, state]) => reportTask(task, state, work)));
  if (reports.some(({ error }) => error !== null)) return { bundle: null, tasks: reports };
  const folders = reports.map(({ target }) => join(work, target));
  await writeJoinedBundle(out, await Promise.all(folders.map(readPart)));
  await Promise.all(folders.map(removeTree));
  return { bundle: out, tasks: reports };
}

/** @returns how each task ended, in the order of the targets */
async function runTasks(
  request: SubmitRequest,
  work: string,
  { env, progress, signal }: Context,
): Promise<ReadonlyMap<SubmittedTask, TaskState>> {
  const slurm = new Slurm(env);
  const jobs: string[] = [];
  try {
    const tasks = await withBuildLock(request.cache, () =>
      submitTasks(request, work, slurm, (job) => jobs.push(job)),
    );
    return await awaitTasks(tasks, slurm, progress, signal);
  } catch (error) {
    // Nothing is to run on that nobody waits for.
    for (const job of jobs) {
      await slurm.cancel(job).catch((failure: unknown) => {
        progress.note(`job ${job} may still run: ${(failure as Error).message}`);
      });
    }
    throw error;
  }
}

/** @param onJob told the id of each job array, also of those before one that Slurm refuses */
async function submitTasks(
  { spec, cache, sbatch, program, args }: SubmitRequest,
  work: string,
  slurm: Slurm,
  onJob: (job: string) => void,
): Promise<SubmittedTask[]> {
  const arrays = planArrays(spec.targets, sbatch);
  const targets = spec.targets.map(({ name }) => name);
  for (const target of targets) await refuseAlive(jobFile(cache, target), target, slurm);
  await mkdir(work, { recursive: true });
  for (const task of arrays.flatMap(({ tasks }) => tasks)) await clear(task, work);
  const script = join(work, 'task.sh');
  await writeWhole(script, renderTaskScript({ program, targets, args, cache, work }));
  const submitted: SubmittedTask[] = [];
  for (const { options, tasks } of arrays) {
    const array = `--array=${tasks.map(({ index }) => index).join(',')}`;
    const places = [`--job-name=depot-build-${spec.name}`, `--output=${join(work, '%a.log')}`, array];
    const job = await slurm.submit([...options, ...places, script]);
    onJob(job);
    for (const task of tasks) {
      submitted.push({ ...task, job });
      await mkdir(join(cache, task.target), { recursive: true });
      await writeWhole(jobFile(cache, task.target), `${job}_${task.index}\n`);
    }
  }
  return submitted.sort((a, b) => a.index - b.index);
}

/** What an earlier submission left must not pass for what this one's task has done. */
async function clear({ target, index }: BuildTask, work: string): Promise<void> {
  const bundle = join(work, target);
  await requireReplaceable(bundle);
  await removeTree(bundle);
  for (const file of [reportFile(work, target), logFile(work, index)]) await rm(file, { force: true });
}

/** Two tasks in one cache, on two nodes, would not know of each other. */
async function refuseAlive(file: string, target: string, slurm: Slurm): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  const [, job, index] = /^(\d+)_(\d+)\n$/.exec(text) ?? [];
  if (job === undefined) return;
  const state = (await slurm.tasks(job))?.get(Number(index));
  if (state === undefined || hasEnded(state)) return;
  throw new DepotError('locked', `job ${job}_${index ?? ''} is building ${target}: ${describeState(state)}`, {
    hint: `wait until it ends, end it with 'scancel ${job}', or give this build another folder with --cache`,
  });
}

function jobFile(cache: string, target: string): string {
  return join(cache, target, 'job');
}

function reportFile(work: string, target: string): string {
  return join(work, `${target}.json`);
}

function logFile(work: string, index: number): string {
  return join(work, `${index}.log`);
}

const reportSchema = v.looseObject({ stages: v.strictObject({ built: v.number(), reused: v.number() }) });

async function reportTask(
  { target, job, index }: SubmittedTask,
  ended: TaskState,
  work: string,
): Promise<TaskReport> {
  const { state, node, exitCode } = ended;
  const log = logFile(work, index);
  const known = { target, job: `${job}_${index}`, state, node, exitCode, log };
  const isDone = state === 'COMPLETED';
  const report = isDone ? await readWhole(reportFile(work, target), reportSchema) : undefined;
  if (report !== undefined) return { ...known, stages: report.stages, error: null };
  if (isDone)
    return { ...known, stages: null, error: `nothing came to ${work}: does ${node} see this folder?` };
  const said = await readFile(log, 'utf8').catch(() => '');
  const error = /^depot-build: (.*)$/m.exec(said)?.[1] ?? said.trim().split('\n').at(-1);
  return { ...known, stages: null, error: error || describeState(ended) };
}
