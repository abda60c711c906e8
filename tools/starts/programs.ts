import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DepotError } from '@depotcast/hydrator/format';

const PROGRAMS = {
  'depot-build': fileURLToPath(import.meta.resolve('@depotcast/builder/cli')),
  'depot-publish': fileURLToPath(import.meta.resolve('@depotcast/publisher/cli')),
  'depot-hydrate': fileURLToPath(import.meta.resolve('@depotcast/hydrator/bundle')),
} as const;
export type Program = keyof typeof PROGRAMS;

/** The command line that starts one of our programs as it was built. */
export function programCommand(program: Program): string[] {
  return [process.execPath, PROGRAMS[program]];
}

/**
 * Runs one of our programs with its progress on this terminal.
 * @returns its standard output
 * @throws DepotError `build-failed` when it ends with another code than 0
 */
export async function runProgram(program: Program, args: readonly string[]): Promise<string> {
  const [node = '', ...script] = programCommand(program);
  const child = spawn(node, [...script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return Buffer.concat(chunks).toString('utf8');
  throw new DepotError('build-failed', `${program} ${args[0] ?? ''} ended with exit code ${code ?? 'none'}`);
}
