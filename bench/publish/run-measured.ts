import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

export interface Cost {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of CPU, of the process and of the children that it waited for. */
  readonly cpu: number;
  /** Highest resident memory of the process itself, MiB. */
  readonly peak: number;
}

/** Milliseconds between two looks at a process; the kernel keeps sums and peaks, so only its end must not be missed. */
const INTERVAL = 20;
/** The kernel's clock ticks per second, as it tells them to programs. */
const TICKS = 100;

/** Runs a command to its end. @throws Error when it fails */
export async function runMeasured(command: readonly string[]): Promise<Cost> {
  const [program = '', ...args] = command;
  const begin = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  let seen = { cpu: 0, peak: 0 };
  const watch = setInterval(() => {
    seen = look(child.pid ?? 0) ?? seen;
  }, INTERVAL);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearInterval(watch);
  if (code === 0) return { wall: (performance.now() - begin) / 1000, ...seen };
  throw new Error(
    `${command.join(' ')} ended with exit code ${code ?? 'none'}\n${Buffer.concat(said).toString('utf8')}`,
  );
}

/** Undefined once the process has ended. */
function look(pid: number): Omit<Cost, 'wall'> | undefined {
  try {
    const peak =
      Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;
    // Fields 14 to 17 of proc(5)'s stat, counted from behind the program's name, which may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 15);
    const cpu = fields.reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
    return Number.isNaN(peak) ? undefined : { cpu, peak };
  } catch {
    return undefined;
  }
}
