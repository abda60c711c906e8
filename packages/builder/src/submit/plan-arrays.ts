import { type Buildable, sbatchOptions } from './sbatch-options.js';

export interface BuildTask {
  /** Its number in the array, and in the names of its files. */
  readonly index: number;
  readonly target: string;
  readonly arch: string;
}

/** One job array: tasks for nodes of one kind. */
export interface TaskArray {
  readonly options: readonly string[];
  readonly tasks: readonly BuildTask[];
}

/**
 * One task per target, in an array for each architecture and each set of options.
 * @throws DepotError as `sbatchOptions` does
 */
export function planArrays(targets: readonly Buildable[], given: readonly string[]): TaskArray[] {
  const options = sbatchOptions(given, targets);
  const arrays = new Map<string, { options: readonly string[]; tasks: BuildTask[] }>();
  for (const [index, { name, arch }] of targets.entries()) {
    const own = options.get(name) ?? [];
    const key = JSON.stringify([arch, own]);
    const array = arrays.get(key) ?? { options: own, tasks: [] };
    array.tasks.push({ index, target: name, arch });
    arrays.set(key, array);
  }
  return [...arrays.values()];
}
