import { DepotError } from '@depotcast/hydrator/format';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { LogTail } from './log-tail.js';

export interface LoggedCommand {
  /** What it does, for messages: `compile the caches of hep-jets`. */
  readonly label: string;
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** File that gets all output. */
  readonly log: string;
  /** Called with each line of output. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Time that a stopped process gets to end by itself, in milliseconds. */
const GRACE_MS = 5000;

/**
 * Runs a program to its end, with its output in a log.
 * @returns its standard output
 * @throws DepotError `build-failed` with the log's tail; the signal's reason when it is stopped
 */
export async function runLogged(command: LoggedCommand): Promise<string> {
  command.signal.throwIfAborted();
  const { label, argv, log } = command;
  const [program = '', ...args] = argv;
  const file = createWriteStream(log, { flags: 'a' });
  file.write(`# ${label}\n# ${argv.join(' ')}\n`);
  // A group of its own: Julia starts further Julias, which must end with it.
  const { env, cwd } = command;
  const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const stop = (): void => {
    killGroup(child.pid, 'SIGTERM');
    setTimeout(() => {
      killGroup(child.pid, 'SIGKILL');
    }, GRACE_MS).unref();
  };
  command.signal.addEventListener('abort', stop, { once: true });
  const tail = new LogTail();
  const output: string[] = [];
  const take = (line: string): void => {
    file.write(`${line}\n`);
    tail.add(line);
    command.onLine(line);
  };
  createInterface(child.stdout).on('line', (line) => {
    output.push(line);
    take(line);
  });
  createInterface(child.stderr).on('line', take);
  try {
    const [code, killedBy] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    command.signal.throwIfAborted();
    if (code === 0) return output.join('\n');
    throw failure(`${label} failed: ${killedBy ?? `exit code ${code ?? 'unknown'}`}`, tail, log);
  } catch (error) {
    if (error instanceof DepotError || command.signal.aborted) throw error;
    throw new DepotError('build-failed', `${program}: cannot be started: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    command.signal.removeEventListener('abort', stop);
    file.end();
  }
}

function failure(what: string, tail: LogTail, log: string): DepotError {
  const { hint } = tail;
  return new DepotError('build-failed', [what, ...tail.lines.map((line) => `  | ${line}`)].join('\n'), {
    hint: `${hint === undefined ? '' : `${hint}; `}the whole log is ${log}`,
  });
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
