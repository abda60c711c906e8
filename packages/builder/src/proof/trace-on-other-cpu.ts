import { join } from 'node:path';
import type { EmulatedJulia } from '../baked/emulated-compile.js';
import { readTrace } from '../julia/exact-trace.js';
import { juliaString } from '../julia/literal.js';
import type { BuildContext, OnLine } from '../stages/context.js';
import { juliaFlags, type JuliaStart, startScript } from '../stages/start-julia.js';

/**
 * Runs a workload as a job on another node would: the CPU has another name and other features, and cores are of another
 * number.
 * @param folder for the trace while it is written
 * @returns what Julia compiled meanwhile, a `precompile(...)` a line
 */
export async function traceOnOtherCpu(
  context: BuildContext,
  start: JuliaStart,
  { emulator, cpu }: EmulatedJulia,
  folder: string,
  onLine: OnLine,
): Promise<string> {
  const trace = join(folder, 'trace-on-other-cpu.jl');
  const args = [...juliaFlags(context, start), `--trace-compile=${trace}`, start.file];
  const variables = Object.entries(cpu.variables).map(
    ([name, value]) => `ENV[${juliaString(name)}] = ${juliaString(value)}\n`,
  );
  // An emulator starts programs, and Julia's command may be a script: only Julia itself knows its program.
  const script = `${variables.join('')}ENV["JULIA_CPU_THREADS"] = string(Sys.CPU_THREADS + 1)
run(Cmd([${[emulator, '-cpu', cpu.model].map(juliaString).join(', ')}, readlink("/proc/self/exe"), ${args.map(juliaString).join(', ')}]))
`;
  const { stage, depots } = start;
  await startScript(context, { stage, depots, sysimage: null, writesLog: true, script, folder }, onLine);
  return readTrace(trace);
}
