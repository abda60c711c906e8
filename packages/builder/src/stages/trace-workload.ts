import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exactTrace, readTrace } from '../julia/exact-trace.js';
import type { BuildContext, OnLine } from './context.js';
import { type JuliaStart, startJulia } from './start-julia.js';

/**
 * Runs a workload as a job would, and with nothing else in its process.
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

/**
 * Runs a workload twice, for printing is compiled anew for each kind of output, and jobs have both.
 * @returns what Julia compiled meanwhile, as exactly as an image needs it
 */
export async function traceForImage(
  context: BuildContext,
  start: JuliaStart,
  folder: string,
  onLine: OnLine,
): Promise<string> {
  const trace = async (output: Pick<JuliaStart, 'writesLog'>): Promise<string> => {
    const { flags, read } = await exactTrace(folder);
    await startJulia(context, { ...start, ...output, flags: [...(start.flags ?? []), ...flags] }, onLine);
    return read();
  };
  return `${await trace({})}${await trace({ writesLog: true })}`;
}
