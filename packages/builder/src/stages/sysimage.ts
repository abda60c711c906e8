import type { Target } from '@depotcast/hydrator/format';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { checkImage } from '../image/check-image.js';
import { hasNativeCaches } from '../julia/features.js';
import { runLogged } from '../julia/process.js';
import { renderLoadScript } from '../julia/scripts/load-script.js';
import { parseSysimageOutput, renderSysimageScript } from '../julia/scripts/sysimage-script.js';
import { mergeStatements } from '../julia/statements.js';
import { describeStage, type SysimageStage } from '../plan/stage.js';
import { withWorkFolder } from '../store/folders.js';
import { writeRecord } from '../store/record.js';
import { type BuildContext, type OnLine, preparedEnvironment } from './context.js';
import { linkCommand } from './link.js';
import { logFile, projectFolder, seenLayer, startScript } from './start-julia.js';
import { traceFile } from './trace.js';

/** Statements of the workload: compiled into the image, without effect there, and never tried. */
export const sysimageRecordSchema = v.strictObject({
  compiled: v.number(),
  failed: v.number(),
  dropped: v.number(),
});
export type SysimageRecord = v.InferOutput<typeof sysimageRecordSchema>;

/** Compiles the packages and what their workload uses into a system image of one target. */
export async function buildSysimage(
  stage: SysimageStage,
  context: BuildContext,
  onLine: OnLine,
): Promise<string> {
  return withWorkFolder(context.folders, async (folder) => {
    const object = join(folder, 'sys-o.a');
    const record = await writeObject(stage, context, { folder, object }, onLine);
    const output = join(await context.store.begin(stage.layer), 'sys.so');
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
    await checkImage(output, targetOf(stage, context));
    await writeRecord(context.folders, stage.id, record);
    const { bytes } = await context.store.finish(stage.layer);
    const statements = `${record.compiled} statements, ${record.failed} without effect, ${record.dropped} dropped`;
    return `${Math.round(bytes / 1e6)} MB, ${statements}`;
  });
}

function targetOf({ target }: SysimageStage, { spec }: BuildContext): Target {
  const found = spec.targets.find(({ name }) => name === target);
  if (found === undefined) throw new Error(`target ${target} is not in the spec`);
  return found;
}

async function writeObject(
  stage: SysimageStage,
  context: BuildContext,
  { folder, object }: { readonly folder: string; readonly object: string },
  onLine: OnLine,
): Promise<SysimageRecord> {
  const { packages, imagePackages } = preparedEnvironment(context, stage.environment);
  const { julia } = context;
  const target = ['-C', stage.cpuTarget];
  const depot = join(folder, 'depot');
  const start = { stage, sysimage: null, folder };
  let depots = [depot, seenLayer(context, stage.compiled)];
  if (hasNativeCaches(julia.version)) {
    // Machine code in caches crashes the process that writes an image, so that it gets caches without.
    target.push('--pkgimages=no');
    depots = [depot];
    await startScript(
      context,
      { ...start, depots, flags: target, script: renderLoadScript(packages) },
      onLine,
    );
  }
  const traces =
    stage.trace === null ? [] : [await readFile(traceFile(context.folders, stage.trace), 'utf8')];
  const { kept, dropped } = mergeStatements(traces);
  const statements = join(folder, 'statements.jl');
  await writeFile(statements, kept.map((statement) => `${statement}\n`).join(''));
  const script = renderSysimageScript({
    packages: imagePackages,
    statements,
    project: projectFolder(context, stage),
    bindir: julia.bindir,
    stdlib: julia.stdlib,
  });
  const flags = [...target, '-J', julia.sysimage, '--output-o', object];
  const output = await startScript(context, { ...start, depots, flags, script }, onLine);
  return { ...parseSysimageOutput(output), dropped };
}
