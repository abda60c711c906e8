import { DepotError } from '@depotcast/hydrator/format';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { renderProbe } from '../baked/probe-script.js';
import { LOAD_STDLIB_SCRIPT, renderLoadScript, requireLoaded } from '../julia/scripts/load-script.js';
import { type CachesStage, describeStage } from '../plan/stage.js';
import { refuseFailedExtension } from '../proof/loading-log.js';
import { removeTree } from '../store/canonical.js';
import { withWorkFolder } from '../store/folders.js';
import { judgeOutput, standInFor } from './baked.js';
import { type BuildContext, type OnLine, preparedEnvironment } from './context.js';
import { seenLayer, startScript } from './start-julia.js';
import { verifyCompiled } from './verify-compiled.js';

/** The only folder of a depot that jobs need: logs, locks and scratch spaces are of the build alone. */
const CACHES = 'compiled';

/** Compiles the cache of every package of the Manifest, at the final path, under the system image that jobs will use. */
export async function buildCaches(
  stage: CachesStage,
  context: BuildContext,
  onLine: OnLine,
): Promise<string> {
  const { packages } = preparedEnvironment(context, stage.environment);
  const folder = await context.store.begin(stage.layer);
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    onLine(line);
  };
  const output = await withWorkFolder(context.folders, async (work) => {
    const standIn = await standInFor(stage, stage.targets, work, context);
    const script = [renderLoadScript(packages, standIn), renderProbe(packages), LOAD_STDLIB_SCRIPT].join('');
    return startScript(
      context,
      {
        stage,
        depots: [seenLayer(context, stage.layer)],
        sysimage: stage.sysimage,
        writable: stage.layer,
        cpuTarget: stage.cpuTarget,
        script,
        folder: work,
      },
      keep,
    );
  });
  refuseFailedExtension(lines.join('\n'), describeStage(stage));
  requireLoaded(output, describeStage(stage));
  await judgeOutput(output, stage, stage.targets, context);
  const caches = await keepCaches(folder);
  const entries = await readdir(folder, { recursive: true });
  const images = entries.filter((name) => name.endsWith('.so')).sort();
  const unverified = await verifyCompiled(
    stage,
    images.map((name) => join(folder, name)),
    context,
  );
  await context.store.finish(stage.layer);
  return `${caches} caches${unverified}`;
}

/**
 * Removes all but caches, and checks that each package has just one: of several Julia would take the newest, and in a
 * published tree all are equally old.
 * @returns their number
 */
async function keepCaches(folder: string): Promise<number> {
  for (const name of await readdir(folder)) {
    if (name !== CACHES) await removeTree(join(folder, name));
  }
  const entries = await readdir(folder, { recursive: true });
  for (const name of entries.filter((entry) => entry.endsWith('.pidfile')))
    await removeTree(join(folder, name));
  return countCaches(entries, folder);
}

/**
 * Number of caches in the listing of a folder.
 * @throws DepotError `build-failed` when a package has two
 */
export function countCaches(entries: readonly string[], folder: string): number {
  const packages = entries.filter((entry) => entry.endsWith('.ji')).map(packageOf);
  const twice = packages.find((name, index) => packages.indexOf(name) !== index);
  if (twice === undefined) return packages.length;
  throw new DepotError(
    'build-failed',
    `${join(folder, twice)}: expected one cache of the package, got several`,
    {
      hint: 'end other Julia processes that use this build cache, and run the build again',
    },
  );
}

/**
 * What is the same in the names of all caches of one package: its folder and the slug of its uuid, as in
 * `compiled/v1.10/ForwardDiffExt/x1y2z_AbCdE.ji`. Extensions of two packages may have one name, and so one folder.
 */
function packageOf(cache: string): string {
  return cache.replace(/(?:_[^/_]*)?\.ji$/, '');
}
