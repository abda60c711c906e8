/** Where a task of a job array stands, as Slurm says. */
export interface TaskState {
  /** `PENDING`, `RUNNING`, `COMPLETED`, `FAILED`, `OUT_OF_MEMORY`, ... */
  readonly state: string;
  readonly exitCode: number;
  /** Nothing before it runs. */
  readonly node: string;
  /** Why it waits, or has failed; empty where Slurm gives none. */
  readonly reason: string;
}

const ALIVE = [
  'PENDING',
  'CONFIGURING',
  'RUNNING',
  'COMPLETING',
  'SUSPENDED',
  'REQUEUED',
  'STOPPED',
  'STAGE_OUT',
];

export function hasEnded({ state }: TaskState): boolean {
  return !ALIVE.includes(state);
}

/**
 * The tasks of an array by their number.
 * @param text what `scontrol show job ID --oneliner` prints: a line for each task, one for all that have not begun
 */
export function parseTaskStates(text: string): Map<number, TaskState> {
  const states = new Map<number, TaskState>();
  for (const line of text.split('\n')) {
    const fields = new Map(
      [...line.matchAll(/(?:^| )(\w+)=(\S*)/g)].map(([, key = '', value = '']) => [key, value]),
    );
    const state = fields.get('JobState');
    if (state === undefined) continue;
    const reason = fields.get('Reason') ?? '';
    const described: TaskState = {
      state,
      exitCode: Number(fields.get('ExitCode')?.split(':')[0] ?? 0),
      node: (fields.get('NodeList') ?? '').replace('(null)', ''),
      reason: reason === 'None' ? '' : reason,
    };
    for (const index of expand(fields.get('ArrayTaskId') ?? '')) states.set(index, described);
  }
  return states;
}

/** As in `0,2-4%2`: what stands behind the percent sign is how many may run at once. */
function expand(text: string): number[] {
  return text
    .replace(/%.*$/, '')
    .split(',')
    .filter((range) => /^\d+(?:-\d+)?$/.test(range))
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
    });
}
