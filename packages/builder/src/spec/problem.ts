import { DepotError } from '@depotcast/hydrator/format';

/** One mistake in a file that an admin wrote. */
export interface Problem {
  readonly file: string;
  /** Counted from 1; undefined where the whole file is meant. */
  readonly line: number | undefined;
  /** The key or entry that is wrong, as the file spells it. */
  readonly key: string;
  readonly message: string;
  readonly remedy: string;
}

/** @throws DepotError `bad-spec` that lists every problem, unless there are none. */
export function refuseProblems(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  if (problems.length === 1) throw new DepotError('bad-spec', renderPlace(first), { hint: first.remedy });
  const lines = problems.map((problem) => `  ${renderPlace(problem)}\n      ${problem.remedy}`);
  throw new DepotError('bad-spec', `${problems.length} mistakes:\n${lines.join('\n')}`);
}

function renderPlace({ file, line, key, message }: Problem): string {
  return `${line === undefined ? file : `${file}:${line}`}: ${key === '' ? '' : `${key}: `}${message}`;
}
