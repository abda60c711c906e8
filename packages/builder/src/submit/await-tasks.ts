import { DepotError } from '@depotcast/hydrator/format';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../progress/progress.js';
import type { BuildTask } from './plan-arrays.js';
import type { Slurm } from './slurm.js';
import { hasEnded, type TaskState } from './task-states.js';

/** Milliseconds between two looks; Slurm remembers for some minutes what has ended. */
const INTERVAL = 2000;

/** A task that Slurm knows of. */
export interface SubmittedTask extends BuildTask {
  /** Id of the job array. */
  readonly job: string;
}

const FORGOTTEN: TaskState = {
  state: 'UNKNOWN',
  exitCode: 0,
  node: '',
  reason: 'Slurm knows the job no more',
};

/** Looks in vain, one after another, before Slurm counts as gone: its controller may be restarted. */
const MAX_MISSES = 60;

/**
 * Shows how tasks get on until all have ended.
 * @returns how each ended, in the same order
 * @throws what `signal` was aborted with, and DepotError as Slurm's commands do
 */
export async function awaitTasks(
  tasks: readonly SubmittedTask[],
  slurm: Slurm,
  progress: Progress,
  signal: AbortSignal,
): Promise<Map<SubmittedTask, TaskState>> {
  const shown = tasks.map(({ target, job, index }) =>
    progress.begin(`build ${target} as job ${job}_${index}`),
  );
  const ended = new Map<SubmittedTask, TaskState>();
  for (let misses = 0; ;) {
    try {
      const states = await look(tasks, slurm);
      misses = 0;
      for (const [position, task] of tasks.entries()) {
        if (ended.has(task)) continue;
        const state = states.get(task) ?? FORGOTTEN;
        if (!hasEnded(state)) shown[position]?.line(describeState(state));
        else {
          ended.set(task, state);
          shown[position]?.end(describeState(state));
        }
      }
    } catch (error) {
      misses++;
      if (!(error instanceof DepotError) || misses === MAX_MISSES) throw error;
      progress.note(`Slurm does not answer, asking again: ${error.message}`);
    }
    if (ended.size === tasks.length) return inOrder(tasks, ended);
    await sleep(INTERVAL, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  }
}

async function look(tasks: readonly SubmittedTask[], slurm: Slurm): Promise<Map<SubmittedTask, TaskState>> {
  const states = new Map<SubmittedTask, TaskState>();
  for (const job of new Set(tasks.map((task) => task.job))) {
    const known = await slurm.tasks(job);
    for (const task of tasks) {
      const state = task.job === job ? known?.get(task.index) : undefined;
      if (state !== undefined) states.set(task, state);
    }
  }
  return states;
}

function inOrder<T>(
  tasks: readonly SubmittedTask[],
  ended: ReadonlyMap<SubmittedTask, T>,
): Map<SubmittedTask, T> {
  return new Map([...ended].sort(([a], [b]) => tasks.indexOf(a) - tasks.indexOf(b)));
}

/** As in `RUNNING on n17`, `PENDING (Resources)`. */
export function describeState({ state, node, reason }: TaskState): string {
  return `${state}${node === '' ? '' : ` on ${node}`}${reason === '' ? '' : ` (${reason})`}`;
}
