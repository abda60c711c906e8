import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress, Task } from '../progress/progress.js';
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

/**
 * Shows how tasks get on until all have ended.
 * @returns how each ended
 * @throws what `signal` was aborted with, and DepotError as Slurm's commands do
 */
export async function awaitTasks(
  tasks: readonly SubmittedTask[],
  slurm: Slurm,
  progress: Progress,
  signal: AbortSignal,
): Promise<Map<SubmittedTask, TaskState>> {
  const ended = new Map<SubmittedTask, TaskState>();
  const shown = new Map<SubmittedTask, Task>(
    tasks.map((task) => [task, progress.begin(`build ${task.target} as job ${task.job}_${task.index}`)]),
  );
  for (;;) {
    for (const job of new Set(tasks.map((task) => task.job))) {
      const states = await slurm.tasks(job);
      for (const task of tasks) {
        if (task.job !== job || ended.has(task)) continue;
        const state = states?.get(task.index) ?? FORGOTTEN;
        if (hasEnded(state)) {
          ended.set(task, state);
          shown.get(task)?.end(describeState(state));
        } else shown.get(task)?.line(describeState(state));
      }
    }
    if (ended.size === tasks.length) return ended;
    await sleep(INTERVAL, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  }
}

/** As in `RUNNING on n17`, `PENDING (Resources)`. */
export function describeState({ state, node, reason }: TaskState): string {
  return `${state}${node === '' ? '' : ` on ${node}`}${reason === '' ? '' : ` (${reason})`}`;
}
