import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderProbe } from '../baked/probe-script.js';
import { hasNativeCaches } from '../julia/features.js';
import { renderLoadScript } from '../julia/scripts/load-script.js';
import { parseReplayOutput } from '../julia/scripts/replay-script.js';
import { renderSysimageScript } from '../julia/scripts/sysimage-script.js';
import type { SysimageStage } from '../plan/stage.js';
import { judgeOutput, standInFor } from './baked.js';
import { type BuildContext, type OnLine, preparedEnvironment } from './context.js';
import { projectFolder, seenLayer, startScript } from './start-julia.js';

export interface ReplayedStatements {
  /** Number of statements that took effect. */
  readonly compiled: number;
  readonly failed: readonly string[];
}

/** Machine code in caches crashes the process that writes an image. */
export const WITHOUT_MACHINE_CODE = '--pkgimages=no';

/**
 * Provides the package caches that the process needs which writes an image.
 * @returns its depots
 */
export async function compileForImage(
  stage: SysimageStage,
  context: BuildContext,
  folder: string,
  onLine: OnLine,
): Promise<string[]> {
  const depot = join(folder, 'depot');
  if (!hasNativeCaches(context.julia.version)) return [depot, seenLayer(context, stage.compiled)];
  const { packages } = preparedEnvironment(context, stage.environment);
  const standIn = await standInFor(stage, [stage.target], folder, context);
  const script = `${renderLoadScript(packages, standIn)}${renderProbe(packages)}`;
  const flags = imageFlags(stage, context);
  const start = { stage, sysimage: null, folder, depots: [depot], flags, script };
  const output = await startScript(context, start, onLine);
  await judgeOutput(output, stage, [stage.target], context);
  return [depot];
}

/** Writes the object file of a system image. */
export async function writeObject(
  stage: SysimageStage,
  context: BuildContext,
  image: {
    readonly folder: string;
    readonly object: string;
    readonly depots: readonly string[];
    readonly statements: readonly string[];
  },
  onLine: OnLine,
): Promise<ReplayedStatements> {
  const { folder, depots } = image;
  const { julia } = context;
  const statements = join(folder, 'statements.jl');
  await writeFile(statements, image.statements.map((statement) => `${statement}\n`).join(''));
  const script = renderSysimageScript({
    packages: preparedEnvironment(context, stage.environment).imagePackages,
    statements,
    project: projectFolder(context, stage),
    bindir: julia.bindir,
    stdlib: julia.stdlib,
    cpuName: stage.cpuTarget.split(/[,;]/)[0] ?? stage.cpuTarget,
  });
  const flags = [...imageFlags(stage, context), '-J', julia.sysimage, '--output-o', image.object];
  const output = await startScript(context, { stage, sysimage: null, folder, depots, flags, script }, onLine);
  return parseReplayOutput(output);
}

function imageFlags({ cpuTarget }: SysimageStage, { julia }: BuildContext): string[] {
  return ['-C', cpuTarget, ...(hasNativeCaches(julia.version) ? [WITHOUT_MACHINE_CODE] : [])];
}
