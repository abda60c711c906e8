import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { hasNativeCaches } from '../julia/features.js';
import { runLogged } from '../julia/process.js';
import { mergeStatements, type Statements, statementsInVain } from '../julia/statements.js';
import { describeStage, type SysimageStage } from '../plan/stage.js';
import { withWorkFolder } from '../store/folders.js';
import { writeRecord } from '../store/record.js';
import { type BuildContext, type OnLine, preparedEnvironment } from './context.js';
import { linkCommand } from './link.js';
import { type JuliaStart, logFile, seenLayer } from './start-julia.js';
import {
  compileForImage,
  type ReplayedStatements,
  WITHOUT_MACHINE_CODE,
  writeObject,
} from './sysimage-object.js';
import { traceFile } from './trace.js';
import { traceForImage } from './trace-workload.js';
import { verifyCompiled } from './verify-compiled.js';

/** What became of the workload's statements. */
export const sysimageRecordSchema = v.strictObject({
  /** Images that were made until the workload asked for nothing new. */
  rounds: v.number(),
  compiled: v.number(),
  /** Number of those without effect in the image. */
  failed: v.number(),
  /** Number of those that were not tried, as no image can hold them. */
  dropped: v.number(),
  /** The failed and dropped ones. */
  lost: v.array(v.string()),
});
export type SysimageRecord = v.InferOutput<typeof sysimageRecordSchema>;

/** A workload that is still not content by then has names in it that change with every run. */
const MAX_ROUNDS = 4;

/**
 * Compiles the packages and what their workload uses into a system image of one target. Under an image Julia takes other
 * paths than on caches, so the workload is traced again under each image, until it asks for nothing new.
 */
export async function buildSysimage(
  stage: SysimageStage,
  context: BuildContext,
  onLine: OnLine,
): Promise<string> {
  return withWorkFolder(context.folders, async (folder) => {
    const output = join(await context.store.begin(stage.layer), 'sys.so');
    const work: ImageWork = { stage, context, folder, output, onLine };
    const depots = await compileForImage(stage, context, folder, onLine);
    const traces = [preparedEnvironment(context, stage.environment).statements.join('\n')];
    if (stage.trace !== null) traces.push(await readFile(traceFile(context.folders, stage.trace), 'utf8'));
    if (stage.trace !== null && hasNativeCaches(context.julia.version)) {
      // What has machine code in the caches of the first trace has none in those that the image is made from.
      onLine('trace the workload on caches without machine code');
      traces.push(await traceWithoutMachineCode(work, depots));
    }
    let statements = mergeStatements(traces);
    let rounds = 0;
    let replayed: ReplayedStatements;
    for (;;) {
      rounds++;
      replayed = await writeImage(work, depots, statements);
      if (stage.trace === null || rounds === MAX_ROUNDS) break;
      onLine('trace the workload under the image');
      const trace = await traceUnderImage(work);
      traces.push(trace);
      const known = statements;
      statements = mergeStatements(traces);
      if (statements.kept.length === known.kept.length) {
        const inVain = statementsInVain(known, trace).filter((each) => !replayed.failed.includes(each));
        const failed = [...replayed.failed, ...inVain];
        replayed = { compiled: replayed.compiled - inVain.length, failed };
        break;
      }
    }
    onLine('verify');
    const unverified = await verifyCompiled(stage, [output], context);
    const { compiled, failed } = replayed;
    const { dropped } = statements;
    const lost = [...failed, ...dropped];
    const counts = { rounds, compiled, failed: failed.length, dropped: dropped.length };
    const record: SysimageRecord = { ...counts, lost };
    await writeRecord(context.folders, stage.id, record);
    const { bytes } = await context.store.finish(stage.layer);
    return `${Math.round(bytes / 1e6)} MB, ${describeStatements(record)}${unverified}`;
  });
}

export function describeStatements({ rounds, compiled, failed, dropped }: SysimageRecord): string {
  const after = rounds > 1 ? `, after ${rounds} rounds` : '';
  return `${compiled} statements, ${failed} without effect, ${dropped} dropped${after}`;
}

interface ImageWork {
  readonly stage: SysimageStage;
  readonly context: BuildContext;
  readonly folder: string;
  /** Where the image is linked. */
  readonly output: string;
  readonly onLine: OnLine;
}

async function writeImage(
  { stage, context, folder, output, onLine }: ImageWork,
  depots: readonly string[],
  statements: Statements,
): Promise<ReplayedStatements> {
  const object = join(folder, 'sys-o.a');
  const { kept } = statements;
  const replayed = await writeObject(stage, context, { folder, object, depots, statements: kept }, onLine);
  onLine('link');
  await runLogged({
    label: describeStage(stage),
    argv: linkCommand({ linker: context.spec.linker, object, output, libraries: context.julia.libraries }),
    env: { ...context.env, LC_ALL: 'C.UTF-8' },
    cwd: folder,
    log: logFile(context, stage),
    onLine,
    signal: context.signal,
  });
  return replayed;
}

function traceWithoutMachineCode(work: ImageWork, depots: readonly string[]): Promise<string> {
  return traceAgain(work, { depots, sysimage: null, flags: [WITHOUT_MACHINE_CODE] });
}

/** Runs the workload as a job will. Packages that the image leaves out are compiled on the side for it. */
function traceUnderImage(work: ImageWork): Promise<string> {
  const { stage, context, folder } = work;
  const depots = [join(folder, 'depot-under-image'), seenLayer(context, stage.compiled)];
  return traceAgain(work, { depots, sysimage: stage.layer });
}

async function traceAgain(
  { stage, context, folder, onLine }: ImageWork,
  start: Pick<JuliaStart, 'depots' | 'sysimage' | 'flags'>,
): Promise<string> {
  const { workloadFile } = preparedEnvironment(context, stage.environment);
  if (workloadFile === undefined) throw new Error(`${stage.id} has a trace without a workload`);
  return traceForImage(context, { ...start, stage, file: workloadFile }, folder, onLine);
}
