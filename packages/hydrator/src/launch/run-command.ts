import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { DepotError } from '../format/index.js';

/** Signals that batch systems and people send to the one process they know. */
const FORWARDED = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGCONT',
  'SIGWINCH',
] as const;
/** A terminal sends these to the whole foreground group, so the child has them already. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGWINCH'];

/**
 * Runs a command in our place: same input and outputs, signals handed on.
 * @param onStart told the process id of the command
 * @returns its exit code, 128 + the signal's number when a signal ended it, as shells say
 * @throws DepotError `not-found` when it cannot be started
 */
export async function runCommand(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  onStart: (pid: number) => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: 'inherit', env });
  const onTerminal = process.stdin.isTTY;
  const handlers = FORWARDED.map((signal) => {
    const handler = (): void => {
      if (!(onTerminal && FROM_TERMINAL.includes(signal))) child.kill(signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  try {
    const ended = new Promise<number>((resolve, reject) => {
      child.once('error', (cause) => {
        reject(new DepotError('not-found', `${program}: cannot be started: ${cause.message}`, { cause }));
      });
      child.once('exit', (code, signal) => {
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    });
    if (child.pid !== undefined) await onStart(child.pid);
    return await ended;
  } finally {
    for (const stop of handlers) stop();
  }
}
