import { DepotError } from '@depotcast/hydrator/format';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { renderLoadScript, requireLoaded } from '../julia/scripts/load-script.js';
import { countByPackage, countStatements } from '../julia/statements.js';
import { describeStage, type ProofStage } from '../plan/stage.js';
import { type BuildContext, type OnLine, preparedEnvironment } from '../stages/context.js';
import { logFile, seenLayer, startScript } from '../stages/start-julia.js';
import { traceWorkload } from '../stages/trace-workload.js';
import { withWorkFolder } from '../store/folders.js';
import { writeRecord } from '../store/record.js';
import { findRejection, refuseFailedExtension } from './loading-log.js';

export const proofRecordSchema = v.strictObject({
  /** Methods that Julia still compiles for the workload on the image; null where there is no workload to tell. */
  stillCompiled: v.nullable(v.number()),
  /** The same by the package that makes it necessary, most first. */
  compiledFor: v.array(v.strictObject({ package: v.string(), methods: v.number() })),
});
export type ProofRecord = v.InferOutput<typeof proofRecordSchema>;

/**
 * Starts an image as a job would, with an empty scratch depot, and loads every package.
 * @throws DepotError `build-failed` when a cache is rejected or one is written
 */
export async function proveImage(stage: ProofStage, context: BuildContext, onLine: OnLine): Promise<string> {
  const { packages, workloadFile } = preparedEnvironment(context, stage.environment);
  return withWorkFolder(context.folders, async (folder) => {
    const scratch = join(folder, 'scratch');
    const depots = [scratch, seenLayer(context, stage.image.compiled)];
    const start = { stage, depots, sysimage: stage.image.sysimage };
    const lines: string[] = [];
    const keep = (line: string): void => {
      lines.push(line);
      onLine(line);
    };
    const script = renderLoadScript(packages);
    const output = await startScript(context, { ...start, debugLoading: true, script, folder }, keep);
    requireLoaded(output, describeStage(stage));
    refuseFailedExtension(lines.join('\n'), describeStage(stage));
    refuseRejection(stage, context, lines.join('\n'));
    const trace =
      workloadFile === undefined
        ? null
        : await traceWorkload(context, { ...start, file: workloadFile, writesLog: true }, folder, onLine);
    await refuseWritten(stage, context, scratch);
    const stillCompiled = trace === null ? null : countStatements(trace);
    const compiledFor = trace === null ? [] : countByPackage(trace);
    await writeRecord(context.folders, stage.id, { stillCompiled, compiledFor });
    return stillCompiled === null ? 'loads' : `loads, its workload compiles ${stillCompiled} methods`;
  });
}

function refuseRejection(stage: ProofStage, context: BuildContext, log: string): void {
  const rejection = findRejection(log);
  if (rejection === undefined) return;
  throw new DepotError('build-failed', `${describeStage(stage)}: Julia rejects a cache: ${rejection.line}`, {
    hint: `${rejection.remedy}; the whole log is ${logFile(context, stage)}`,
  });
}

/** Whatever a job would compile, it would compile again on every node. */
async function refuseWritten(stage: ProofStage, context: BuildContext, scratch: string): Promise<void> {
  const written = await readdir(join(scratch, 'compiled'), { recursive: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const [first] = written.filter((name) => name.endsWith('.ji'));
  if (first === undefined) return;
  throw new DepotError('build-failed', `${describeStage(stage)}: a job would compile ${first} anew`, {
    hint: `no cache of it was taken; the whole log is ${logFile(context, stage)}`,
  });
}
