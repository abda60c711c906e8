import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

export interface Cost {
  /** Seconds. */
  readonly wall: number;
  /** Highest resident memory of the process itself, MiB. */
  readonly peak: number;
}

/** Milliseconds between two looks at a process's memory; the kernel keeps the peak, so only its end must not be missed. */
const INTERVAL = 20;

/** Runs a command to its end. @throws Error when it fails */
export async function runMeasured(command: readonly string[]): Promise<Cost> {
  const [program = '', ...args] = command;
  const begin = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid ?? 0));
  }, INTERVAL);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with exit code ${code ?? 'none'}`);
  return { wall: (performance.now() - begin) / 1000, peak };
}

/** VmHWM of a process, MiB; 0 once it has ended. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
