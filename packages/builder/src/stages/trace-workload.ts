import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildContext, OnLine } from './context.js';
import { type JuliaStart, startJulia } from './start-julia.js';

/**
 * Runs a workload as a job would.
 * @param folder for the trace while it is written
 * @returns what Julia compiled meanwhile, a `precompile(...)` a line; empty when it compiled nothing
 */
export async function traceWorkload(
  context: BuildContext,
  start: JuliaStart,
  folder: string,
  onLine: OnLine,
): Promise<string> {
  const file = join(folder, 'trace.jl');
  await rm(file, { force: true });
  await startJulia(context, { ...start, flags: [...(start.flags ?? []), `--trace-compile=${file}`] }, onLine);
  return readTrace(file);
}

/** What a process has compiled; empty when it compiled nothing. */
export function readTrace(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    // Some versions make the file only when there is something to write.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
}

/** Runs a workload twice, for printing is compiled anew for each kind of output, and jobs have both. */
export async function traceWorkloadForOutputs(
  context: BuildContext,
  start: JuliaStart,
  folder: string,
  onLine: OnLine,
): Promise<string> {
  const piped = await traceWorkload(context, start, folder, onLine);
  const written = await traceWorkload(context, { ...start, writesLog: true }, folder, onLine);
  return `${piped}${written}`;
}
