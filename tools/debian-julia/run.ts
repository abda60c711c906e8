import { execFile, type ExecFileException } from 'node:child_process';
import { DepotError } from '@depotcast/hydrator/format';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Room for a listing of some hundred packages, in bytes. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/**
 * Runs a command to its end, whatever its exit code.
 * @throws DepotError `not-found` when the program cannot be started or a signal ended it.
 */
export function run(command: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Outcome> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, maxBuffer: MAX_OUTPUT }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else reject(notRun(program, error));
    });
  });
}

function notRun(program: string, cause: ExecFileException): DepotError {
  const message =
    cause.code === 'ENOENT' ? `no program ${program}` : `cannot run ${program}: ${cause.message}`;
  return new DepotError('not-found', message, { cause });
}
