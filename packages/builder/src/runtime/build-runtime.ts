import { tree } from '@depotcast/hydrator/format';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STRANGERS_HOME } from '../julia/as-stranger.js';
import { endWithParent } from '../julia/end-with-parent.js';
import { juliaEnvironment } from '../julia/environment.js';
import { type Placement, placed } from '../julia/placement.js';
import { runLogged } from '../julia/process.js';
import { copiedLayer } from '../plan/layer-inputs.js';
import { describeStage, type RuntimeStage } from '../plan/stage.js';
import type { BuildContext, OnLine } from '../stages/context.js';
import { copyContent } from '../stages/copy-layer.js';
import { logFile, seenLayer } from '../stages/start-julia.js';
import { withWorkFolder } from '../store/folders.js';
import { CHECK_SCRIPT, refuseStrayed } from './check-start.js';
import type { ListedRuntime } from './list-runtime.js';

/**
 * Copies Julia itself into its layer and starts it there once, where nodes will see it.
 * @throws DepotError `build-failed` when it does not start, or something of it is loaded from elsewhere
 */
export async function buildRuntime(
  stage: RuntimeStage,
  context: BuildContext,
  onLine: OnLine,
): Promise<string> {
  const { runtime } = context;
  if (runtime === undefined) throw new Error(`${stage.id} has no Julia to copy`);
  const copied = await copyContent(stage, runtime.content, context);
  try {
    const output = await startAlone(stage, context, runtime, onLine);
    refuseStrayed(output, {
      label: describeStage(stage),
      layer: seenLayer(context, stage.layer),
      ...runtime,
    });
  } catch (error) {
    await context.store.forget(stage.layer);
    throw error;
  }
  return runtime.glibc === undefined ? copied : `${copied}, for nodes with glibc ${runtime.glibc} or newer`;
}

/** Starts it with no environment, and has it load all its libraries. */
function startAlone(
  stage: RuntimeStage,
  context: BuildContext,
  { content, libraries }: ListedRuntime,
  onLine: OnLine,
): Promise<string> {
  const { spec, julia, placement, env, signal, folders } = context;
  const layer = seenLayer(context, stage.layer);
  const own = content.listing.flatMap(({ type, path }) =>
    type === 'file' && libraries.includes(path.slice(0, path.lastIndexOf('/'))) ? [`${layer}/${path}`] : [],
  );
  return withWorkFolder(folders, async (folder) => {
    const file = join(folder, 'check.jl');
    await writeFile(file, CHECK_SCRIPT);
    const setting = { julia, isBundled: true, depots: [folder], project: folder, home: STRANGERS_HOME };
    const command = [...spec.julia, '--startup-file=no', '--color=no', file, ...own];
    return runLogged({
      label: describeStage(stage),
      argv: placed(placement, endWithParent(command), undefined),
      env: juliaEnvironment(setting, env),
      cwd: folder,
      log: logFile(context, stage),
      onLine,
      signal,
    });
  });
}

/** What a build does with the Julia in the layer instead of the one that it was copied from. */
export function inRuntime(
  { spec, julia }: Pick<BuildContext, 'spec' | 'julia'>,
  runtime: ListedRuntime,
  { seen }: Placement,
): Pick<BuildContext, 'spec' | 'julia'> {
  const layer = join(seen, tree.layer(copiedLayer('runtime', runtime)));
  const bindir = join(layer, 'bin');
  return {
    spec: { ...spec, julia: [...spec.julia.slice(0, -1), join(bindir, 'julia')] },
    julia: {
      ...julia,
      bindir,
      stdlib: join(layer, runtime.stdlib),
      sysimage: join(layer, runtime.sysimage),
    },
  };
}
