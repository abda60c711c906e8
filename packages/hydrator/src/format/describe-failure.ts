import { DepotError, EXIT_INTERNAL } from './error.js';

export interface Failure {
  /** For standard error, with a newline at the end. */
  readonly text: string;
  readonly exitCode: number;
}

/** What a program says and ends with when `thrown` has come all the way up. */
export function describeFailure(program: string, thrown: unknown): Failure {
  const error = asRefusal(thrown);
  if (error instanceof DepotError) {
    const hint = error.hint === undefined ? '' : `hint: ${error.hint}\n`;
    return { text: `${program}: error: ${error.message}\n${hint}`, exitCode: error.exitCode };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `${program}: internal error, this is a bug\n${stack}\n`, exitCode: EXIT_INTERNAL };
}

/** What the system refuses, a full disk or a missing permission, is no bug of ours; its message names the file. */
function asRefusal(error: unknown): unknown {
  if (error instanceof DepotError || !(error instanceof Error) || !('syscall' in error)) return error;
  return new DepotError('storage', error.message, { cause: error });
}
