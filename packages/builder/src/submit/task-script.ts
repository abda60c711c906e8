import { quoteWord } from './quote-word.js';

export interface TaskScript {
  /** The program that builds: Node and our command line. */
  readonly program: readonly string[];
  /** All targets, by the number of their task. */
  readonly targets: readonly string[];
  /** What `run` gets besides target, cache and out. */
  readonly args: readonly string[];
  /** Folder of the build caches of the targets. */
  readonly cache: string;
  /** Folder that gets, of each task, the bundle and its report. */
  readonly work: string;
}

/** What each task of a job array runs: the build of one target, with a cache of its own. */
export function renderTaskScript({ program, targets, args, cache, work }: TaskScript): string {
  const words = (list: readonly string[]): string => list.map(quoteWord).join(' ');
  return `#!/bin/sh
case $SLURM_ARRAY_TASK_ID in
${targets.map((target, index) => `  ${index}) target=${quoteWord(target)} ;;`).join('\n')}
esac
cd / || exit
exec ${words([...program, 'run'])} ${words(args)} --target "$target" --json \\
  --cache ${quoteWord(cache)}/"$target" --out ${quoteWord(work)}/"$target" >${quoteWord(work)}/"$target".json
`;
}
