import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAMS = {
  'depot-build': fileURLToPath(import.meta.resolve('@depotcast/builder/cli')),
  'depot-publish': fileURLToPath(import.meta.resolve('@depotcast/publisher/cli')),
  'depot-hydrate': fileURLToPath(import.meta.resolve('@depotcast/hydrator/bundle')),
} as const;
export type Program = keyof typeof PROGRAMS;

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The whole environment; this process's own unless given. */
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd?: string;
  /** Milliseconds after which the process is killed with SIGKILL, as a crash would. */
  readonly killAfter?: number;
  /** Told the process once it runs. */
  readonly onSpawn?: (child: ChildProcess) => void;
}

/** Runs one of our programs as it was built, to its end. */
export function run(program: Program, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return runCommand([process.execPath, PROGRAMS[program], ...args], options);
}

/** Runs any command to its end, gathering what it prints. */
export async function runCommand(command: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [file = '', ...args] = command;
  const { killAfter, onSpawn, ...spawnOptions } = options;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...spawnOptions });
  onSpawn?.(child);
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString('utf8');
      resolve({ code, signal, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}

/** Runs one of our programs and expects it to succeed. @returns its standard output */
export async function succeed(
  program: Program,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const outcome = await run(program, args, options);
  if (outcome.code === 0) return outcome.stdout;
  throw new Error(
    `${program} ${args.join(' ')}: exit code ${outcome.code ?? 'none'}\n${outcome.stdout}${outcome.stderr}`,
  );
}
