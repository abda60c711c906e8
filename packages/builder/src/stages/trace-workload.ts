import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exactTrace, readTrace } from '../julia/exact-trace.js';
import { renderWorkerScript } from '../julia/scripts/worker-script.js';
import { type BuildContext, type OnLine, preparedEnvironment } from './context.js';
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
 * Runs a workload for each kind of output, as printing is compiled anew for each and jobs have both; and starts a worker of
 * a job's, which has methods of its own to compile.
 * @returns what Julia compiled meanwhile, as exactly as an image needs it
 */
export async function traceForImage(
  context: BuildContext,
  start: JuliaStart,
  folder: string,
  onLine: OnLine,
): Promise<string> {
  const trace = async (run: Partial<JuliaStart>): Promise<string> => {
    const { flags, read } = await exactTrace(folder);
    await startJulia(context, { ...start, ...run, flags: [...(start.flags ?? []), ...flags] }, onLine);
    return read();
  };
  const piped = await trace({});
  const written = await trace({ writesLog: true });

  const ofWorker = join(folder, 'trace-of-worker.jl');
  const file = join(folder, 'worker.jl');
  const { imagePackages } = preparedEnvironment(context, start.stage.environment);
  await rm(ofWorker, { force: true });
  await writeFile(file, renderWorkerScript(imagePackages, ofWorker));
  return [piped, written, await trace({ file }), await readTrace(ofWorker)].join('\n');
}
