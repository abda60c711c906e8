import { DepotError } from '@depotcast/hydrator/format';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { explain, OUT_OF_MEMORY } from './explain.js';

export interface LoggedCommand {
  /** What it does, for messages: `compile the caches of hep-jets`. */
  readonly label: string;
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** File that it gets as its standard input; nothing unless given. */
  readonly input?: string;
  /** File that gets all output. */
  readonly log: string;
  /** Whether the program writes into the log itself, as a batch job does, and not into a pipe of ours. */
  readonly writesLog?: boolean;
  /** Called with each line of output. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Time that a stopped process gets to end by itself, in milliseconds. */
const GRACE_MS = 5000;
/** Lines of a failed program's output that are shown. */
const TAIL_LINES = 20;
/** Begins the lines of a log that are ours. */
const HEADING = '# ';

/**
 * Runs a program to its end, with its output in a log.
 * @returns its standard output
 * @throws DepotError `build-failed` with the log's tail; the signal's reason when it is stopped
 */
export async function runLogged(command: LoggedCommand): Promise<string> {
  command.signal.throwIfAborted();
  const { label, log, input, writesLog = false } = command;
  const reading = input === undefined ? command.argv : redirected('< "$0"', input, command.argv);
  const argv = writesLog ? redirected('>> "$0" 2>&1', log, reading) : reading;
  const [program = '', ...args] = argv;
  const file = createWriteStream(log, { flags: 'a' });
  file.write(`${HEADING}${label}\n${HEADING}${argv.join(' ')}\n`);
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
  let unwritten: Error | undefined;
  file.once('error', (error) => {
    unwritten = error;
    stop();
  });
  const output: string[] = [];
  const take = (line: string): void => {
    file.write(`${line}\n`);
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
    if (unwritten !== undefined) throw unwritable(log, unwritten);
    if (code === 0) return output.join('\n');
    file.end();
    await finished(file);
    const what = `${label} failed: ${killedBy ?? `exit code ${code ?? 'unknown'}`}`;
    throw failure(what, await readFile(log, 'utf8'), log, killedBy);
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

function redirected(redirection: string, file: string, argv: readonly string[]): readonly string[] {
  return ['sh', '-c', `exec "$@" ${redirection}`, file, ...argv];
}

function unwritable(log: string, cause: Error): DepotError {
  return new DepotError('storage', `${log}: cannot be written: ${cause.message}`, { cause });
}

function failure(what: string, output: string, log: string, killedBy: NodeJS.Signals | null): DepotError {
  const lines = tailOf(output.trimEnd().split('\n'));
  const hint =
    killedBy === 'SIGKILL' ? OUT_OF_MEMORY : lines.map(explain).find((remedy) => remedy !== undefined);
  const tail = lines.filter((line) => !line.startsWith(HEADING)).map((line) => `  | ${line}`);
  return new DepotError('build-failed', [what, ...tail].join('\n'), {
    hint: `${hint === undefined ? '' : `${hint}; `}the whole log is ${log}`,
  });
}

/** The last lines; but Julia's error itself where its stack trace would leave it out. */
function tailOf(lines: readonly string[]): readonly string[] {
  // The first is the cause; what it broke reports errors of its own after it.
  const error = lines.findIndex((line) => line.startsWith('ERROR: '));
  const start = lines.length - TAIL_LINES;
  return error === -1 || error >= start
    ? lines.slice(Math.max(0, start))
    : lines.slice(error, error + TAIL_LINES);
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
