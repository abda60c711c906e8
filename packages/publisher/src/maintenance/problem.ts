import { DepotError, type ErrorCode } from '@depotcast/hydrator/format';

/** Something in a repository that is not as it was signed. */
export interface Problem {
  readonly code: ErrorCode;
  /** Names the file. */
  readonly message: string;
}

/** Runs one check; what it finds wrong is noted, and the checks after it go on. */
export async function noting(problems: Problem[], check: () => unknown): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!(error instanceof DepotError)) throw error;
    problems.push({ code: error.code, message: error.message });
  }
}

/** A damaged file may be met on more than one way. */
export function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}
