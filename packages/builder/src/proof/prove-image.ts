import { DepotError } from '@depotcast/hydrator/format';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { renderProbe } from '../baked/probe-script.js';
import { hasNativeCaches } from '../julia/features.js';
import { renderLoadScript, requireLoaded } from '../julia/scripts/load-script.js';
import { describeStage, type ProofStage } from '../plan/stage.js';
import { judgeOutput } from '../stages/baked.js';
import { type BuildContext, type OnLine, preparedEnvironment } from '../stages/context.js';
import { logFile, seenLayer, startScript } from '../stages/start-julia.js';
import { withWorkFolder } from '../store/folders.js';
import { writeRecord } from '../store/record.js';
import {
  conditionsSchema,
  describeConditions,
  findConditions,
  STRICT,
  withFirstDepot,
} from './conditions.js';
import { findRejection, refuseFailedExtension } from './loading-log.js';
import {
  describeWorkload,
  proveWorkload,
  type WorkloadProof,
  workloadProofSchema,
} from './prove-workload.js';

export const proofRecordSchema = v.strictObject({
  /** Under which every package was loaded. */
  conditions: conditionsSchema,
  ...workloadProofSchema.entries,
  /** What packages hold of the build host, for people. */
  baked: v.array(v.string()),
});
export type ProofRecord = v.InferOutput<typeof proofRecordSchema>;

/**
 * Starts an image as a job would, and loads every package.
 * @throws DepotError `build-failed` when a cache is rejected or one is written
 */
export async function proveImage(stage: ProofStage, context: BuildContext, onLine: OnLine): Promise<string> {
  const { workloadFile } = preparedEnvironment(context, stage.environment);
  return withWorkFolder(context.folders, async (folder) => {
    const loaded = await proveLoading(stage, context, folder, onLine);
    const scratch = join(folder, 'scratch');
    const depots = [scratch, seenLayer(context, stage.image.compiled)];
    const start = { stage, depots, sysimage: stage.image.sysimage };
    const workload =
      workloadFile === undefined
        ? NO_WORKLOAD
        : await proveWorkload(context, { ...start, file: workloadFile }, folder, onLine);
    await refuseWritten(stage, context, scratch);
    const record: ProofRecord = { ...loaded, ...workload };
    await writeRecord(context.folders, stage.id, record);
    return `loads ${describeConditions(loaded.conditions)}${describeWorkload(workload)}`;
  });
}

const NO_WORKLOAD: WorkloadProof = { stillCompiled: null, compiledFor: [], otherCpu: null };

/** Loads every package of an image, as unlike the build that made it as this host allows. */
function proveLoading(
  stage: ProofStage,
  context: BuildContext,
  folder: string,
  onLine: OnLine,
): Promise<Pick<ProofRecord, 'conditions' | 'baked'>> {
  return withFirstDepot(async (firstDepot) => {
    const { sysimage } = stage.image;
    const compiled = seenLayer(context, stage.image.compiled);
    const depots = [firstDepot, compiled];
    const conditions = await findConditions(stage, context, { folder, depots }, onLine);
    const lines: string[] = [];
    const keep = (line: string): void => {
      lines.push(line);
      onLine(line);
    };
    const { packages } = preparedEnvironment(context, stage.environment);
    const script = `${renderLoadScript(packages)}${renderProbe(packages)}`;
    const flags = conditions.strict ? [STRICT] : [];
    const start = { stage, sysimage, depots, flags, debugLoading: true, asStranger: conditions.otherUser };
    const refuse = (): void => {
      refuseRejection(stage, context, compiled, lines.join('\n'));
    };
    const output = await startScript(context, { ...start, script, folder }, keep).catch((error: unknown) => {
      // Where nothing can be written, it is a rejected cache that Julia ends of.
      refuse();
      throw error;
    });
    refuseFailedExtension(lines.join('\n'), describeStage(stage));
    refuse();
    requireLoaded(output, describeStage(stage));
    await refuseWritten(stage, context, firstDepot);
    return { conditions, baked: await judgeOutput(output, stage, [stage.image.target], context) };
  });
}

function refuseRejection(stage: ProofStage, context: BuildContext, compiled: string, log: string): void {
  const native = hasNativeCaches(context.julia.version);
  const rejection = findRejection(log, { compiled, hasNativeCaches: native });
  if (rejection === undefined) return;
  const { package: name, cause, remedy, line } = rejection;
  const subject = name === undefined ? 'a cache' : `the cache of ${name}`;
  throw new DepotError('build-failed', `${describeStage(stage)}: Julia does not take ${subject}: ${cause}`, {
    hint: `${remedy}; Julia says: ${line}; the whole log is ${logFile(context, stage)}`,
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
