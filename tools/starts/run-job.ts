import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { DepotError } from '@depotcast/hydrator/format';

/** A finished job: its output, and the seconds from its start to its last line. */
export interface JobRun {
  readonly seconds: number;
  readonly output: string;
}

/** @throws DepotError `build-failed` with the job's own words when it fails. */
export async function runJob(command: readonly string[], env: NodeJS.ProcessEnv): Promise<JobRun> {
  const [program = '', ...args] = command;
  const begin = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const seconds = (performance.now() - begin) / 1000;
  if (code === 0) return { seconds, output: Buffer.concat(output).toString('utf8') };
  const said = Buffer.concat([...output, ...errors])
    .toString('utf8')
    .trim()
    .split('\n')
    .slice(-20)
    .join('\n');
  throw new DepotError(
    'build-failed',
    `${command.join(' ')} ended with exit code ${code ?? 'none'}:\n${said}`,
  );
}
