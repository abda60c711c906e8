import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How a trial start ended. `isLasting`: it would end so again on this host, so that it is worth remembering. */
export type ProbeOutcome =
  { readonly runs: true } | { readonly runs: false; readonly why: string; readonly isLasting: boolean };

/** Ends that say something of the image: a CPU that does not know an instruction, or a program that lost its way. */
const CRASHES: readonly string[] = ['SIGILL', 'SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGABRT', 'SIGTRAP'];
/** What Julia says of an image that is not for this CPU; `src/processor.cpp`, in all versions. */
const REFUSAL = /Unable to find compatible target|does not support/;
const MAX_STDERR_BYTES = 1 << 16;

/** Starts a command that should end by itself and without a word, and judges how it ends. Never throws. */
export async function probeCommand(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<ProbeOutcome> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    ...{ env, timeout: timeoutMs, killSignal: 'SIGKILL' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < MAX_STDERR_BYTES) said += text;
  });
  const started = performance.now();
  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      resolve({ runs: false, why: `cannot be started: ${message}`, isLasting: false });
    });
    // Not `close`: a process that it left behind may hold its standard error open.
    child.once('exit', (code, signal) => {
      const hung = signal === 'SIGKILL' && performance.now() - started >= timeoutMs;
      child.stderr.destroy();
      resolve(hung ? hangs(timeoutMs) : judge(code, signal, said));
    });
  });
}

function hangs(timeoutMs: number): ProbeOutcome {
  return { runs: false, why: `no end after ${timeoutMs / 1000} s`, isLasting: false };
}

function judge(code: number | null, signal: NodeJS.Signals | null, said: string): ProbeOutcome {
  if (code === 0) return { runs: true };
  const killer = signal ?? signalOf(code ?? 0);
  if (killer !== undefined) {
    return { runs: false, why: `killed by ${killer}`, isLasting: CRASHES.includes(killer) };
  }
  const lines = said.trim().split('\n');
  const refusal = lines.find((line) => REFUSAL.test(line));
  const last = (refusal ?? lines.at(-1) ?? '').replace(/^ERROR: /, '').slice(0, 200);
  return {
    ...{ runs: false, isLasting: refusal !== undefined },
    why: `exit code ${code ?? 'unknown'}${last === '' ? '' : `: ${last}`}`,
  };
}

/** Shells, and launchers that are scripts, say 128 + the signal's number. */
function signalOf(code: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
}
