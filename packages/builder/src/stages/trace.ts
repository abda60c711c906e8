import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countStatements } from '../julia/statements.js';
import type { StageId, TraceStage } from '../plan/stage.js';
import type { BuildFolders } from '../store/folders.js';
import { withWorkFolder } from '../store/folders.js';
import { type BuildContext, type OnLine, preparedEnvironment } from './context.js';
import { traceForImage } from './trace-workload.js';
import { seenLayer } from './start-julia.js';

/** Runs the workload on package caches, and keeps what Julia had to compile for it. */
export async function buildTrace(stage: TraceStage, context: BuildContext, onLine: OnLine): Promise<string> {
  const { workloadFile } = preparedEnvironment(context, stage.environment);
  if (workloadFile === undefined) throw new Error(`${stage.id} has no workload`);
  return withWorkFolder(context.folders, async (folder) => {
    const depots = [join(folder, 'depot'), seenLayer(context, stage.compiled)];
    const start = { stage, depots, sysimage: null, file: workloadFile };
    const trace = await traceForImage(context, start, folder, onLine);
    const file = join(folder, 'traces.jl');
    await writeFile(file, trace);
    await rename(file, traceFile(context.folders, stage.id));
    return `${countStatements(trace)} methods compiled`;
  });
}

/** Where the trace of a finished stage is kept, as Julia wrote it. */
export function traceFile({ records }: BuildFolders, id: StageId): string {
  return join(records, `${id}.jl`);
}
