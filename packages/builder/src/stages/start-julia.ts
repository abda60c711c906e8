import { type LayerId, tree } from '@depotcast/hydrator/format';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectPath } from '../environment/plan-sources.js';
import { asStranger, STRANGERS_HOME } from '../julia/as-stranger.js';
import { endWithParent } from '../julia/end-with-parent.js';
import { juliaEnvironment } from '../julia/environment.js';
import { compileFlags } from '../julia/features.js';
import { placed } from '../julia/placement.js';
import { runLogged } from '../julia/process.js';
import { describeStage, type JuliaStageBase, type Stage } from '../plan/stage.js';
import type { BuildContext, OnLine } from './context.js';

export interface JuliaStart {
  readonly stage: Stage & JuliaStageBase;
  /** Depots above the sources layer, the writable one first. */
  readonly depots: readonly string[];
  /** Our own system image; null for Julia's. */
  readonly sysimage: LayerId | null;
  readonly flags?: readonly string[];
  readonly cpuTarget?: string | null;
  readonly debugLoading?: boolean;
  readonly writesLog?: boolean;
  /** Runs as a user who owns nothing; only root can ask for it. */
  readonly asStranger?: boolean;
  /** The layer that is being made; everything else is read-only where Julia sees it. */
  readonly writable?: LayerId;
  /** A Julia script. */
  readonly file: string;
}

/** Path of a layer as Julia sees it. */
export function seenLayer({ placement }: BuildContext, id: LayerId): string {
  return join(placement.seen, tree.layer(id));
}

/** Folder of the Project.toml of a stage's environment, as Julia sees it. */
export function projectFolder(context: BuildContext, { sources, environment }: JuliaStart['stage']): string {
  return join(seenLayer(context, sources), projectPath(environment));
}

/** Julia's flags of a start, in the order in which they are given. */
export function juliaFlags(
  context: BuildContext,
  { sysimage, flags = [] }: Pick<JuliaStart, 'sysimage' | 'flags'>,
): string[] {
  const image = sysimage === null ? [] : ['-J', join(seenLayer(context, sysimage), 'sys.so')];
  return [...image, '--startup-file=no', '--color=no', ...compileFlags(context.spec.compile), ...flags];
}

/**
 * Runs a script as a job of the stage's environment would run, with its output in the stage's log.
 * @returns its standard output
 * @throws DepotError `build-failed`
 */
export function startJulia(context: BuildContext, start: JuliaStart, onLine: OnLine): Promise<string> {
  const { spec, julia, folders, placement } = context;
  const { stage, cpuTarget, debugLoading = false, writesLog = false, file } = start;
  const copied = [...stage.artifacts, stage.sources, ...stage.shared].map((id) => seenLayer(context, id));
  const isStranger = start.asStranger === true;
  // A stranger may not be let to the file, but can read what is open already.
  const what = isStranger ? ['-e', 'include_string(Main, read(stdin, String))'] : [file];
  const words = [...spec.julia, ...juliaFlags(context, start), ...what];
  const command = isStranger ? asStranger(endWithParent(words)) : endWithParent(words);
  return runLogged({
    label: describeStage(stage),
    argv: placed(placement, command, start.writable),
    env: juliaEnvironment(
      {
        julia,
        isBundled: context.runtime !== undefined,
        depots: [...start.depots, ...copied],
        project: projectFolder(context, stage),
        home: isStranger ? STRANGERS_HOME : folders.home,
        cpuTarget: cpuTarget ?? undefined,
        debugLoading,
      },
      context.env,
    ),
    cwd: isStranger ? '/' : dirname(file),
    ...(isStranger ? { input: file } : {}),
    log: logFile(context, stage),
    writesLog,
    onLine,
    signal: context.signal,
  });
}

/** The same for a script that is made for the occasion. */
export async function startScript(
  context: BuildContext,
  { script, folder, ...start }: Omit<JuliaStart, 'file'> & { script: string; folder: string },
  onLine: OnLine,
): Promise<string> {
  const file = join(folder, 'script.jl');
  await writeFile(file, script);
  return startJulia(context, { ...start, file }, onLine);
}

export function logFile({ folders }: BuildContext, stage: Stage): string {
  return join(folders.logs, `${stage.id}.log`);
}
