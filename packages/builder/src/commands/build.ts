import type { LayerId, Listing } from '@depotcast/hydrator/format';
import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { requireEmulator } from '../baked/find-emulator.js';
import { assembleBundle, bundleLayerIds } from '../bundle/assemble-bundle.js';
import { measureContent } from '../bundle/measure-content.js';
import { requireReplaceable, writeBundle } from '../bundle/write-bundle.js';
import { choosePlacement, refuseHidden } from '../julia/placement.js';
import { describeStage, type Stage } from '../plan/stage.js';
import { inRuntime } from '../runtime/build-runtime.js';
import type { BuildContext } from '../stages/context.js';
import { requireLinker } from '../stages/link.js';
import { forgetStage, isFinished, runStage } from '../stages/run-stage.js';
import { runStages } from '../stages/run-stages.js';
import { buildFolders, prepareFolders } from '../store/folders.js';
import { logFile } from '../stages/start-julia.js';
import { LayerStore } from '../store/layer-store.js';
import { withBuildLock } from '../store/lock.js';
import { type BuildReport, reportImages } from './build-report.js';
import type { Context } from './context.js';
import type { PreparedBuild } from './prepare-build.js';

export interface BuildRequest {
  /** Folder that gets the bundle. */
  readonly out: string;
  /** Folder of finished layers. */
  readonly cache: string;
  readonly jobs: number;
}

/**
 * Does what a plan says, and packs the outcome. Layers that an earlier build finished are taken over.
 * @throws DepotError `build-failed`; `locked` while another build uses the cache; `usage` for an `out` that is no bundle
 */
export async function build(
  prepared: PreparedBuild,
  { out, cache, jobs }: BuildRequest,
  host: Context,
): Promise<BuildReport> {
  const { spec, julia, plan } = prepared;
  const folders = buildFolders(cache);
  if (plan.pathBound) {
    const workloads = spec.environments.flatMap(({ workload }) => workload ?? []);
    refuseHidden(plan.prefix, [cache, julia.bindir, julia.sysimage, ...workloads]);
  }
  await requireReplaceable(resolve(out));
  await mkdir(cache, { recursive: true });
  const place = {
    version: julia.version,
    prefix: plan.prefix,
    staging: folders.staging,
    isRoot: host.isRoot,
  };
  return withBuildLock(cache, async () => {
    await prepareFolders(folders);
    const placement = await choosePlacement(place);
    const store = new LayerStore(folders.finished, placement.staging);
    const failure = new AbortController();
    const signal = AbortSignal.any([host.signal, failure.signal]);
    const { env, isRoot } = host;
    const own = prepared.runtime === undefined ? {} : inRuntime(prepared, prepared.runtime, placement);
    const context: BuildContext = { ...prepared, ...own, placement, store, folders, isRoot, env, signal };
    const missing = await unfinished(plan.stages, context);
    if (missing.some(({ kind }) => kind === 'sysimage')) await requireLinker(spec.linker, host.env.PATH);
    if (missing.some((stage) => stage.kind === 'proof' && stage.onOtherCpu))
      await requireEmulator(julia.arch, host.env.PATH);
    for (const stage of missing) await forgetStage(stage, context);
    await runStages(
      plan.stages,
      jobs,
      async (stage) => {
        if (missing.includes(stage)) await showStage(stage, context, host);
      },
      (reason) => {
        failure.abort(reason);
      },
    );
    const layers = await pack(context, resolve(out), host);
    const stages = { built: missing.length, reused: plan.stages.length - missing.length };
    const images = await reportImages(plan, folders);
    const listings = new Map<LayerId, Listing>();
    for (const { id } of layers) listings.set(id, await store.readListing(id));
    return { bundle: resolve(out), stages, layers, images, content: measureContent(plan, listings) };
  });
}

/** Stages that must run: those that have no outcome, and those of what is built on them that count on it. */
async function unfinished(stages: readonly Stage[], context: BuildContext): Promise<Stage[]> {
  const missing: Stage[] = [];
  for (const stage of stages) {
    const isStale = stage.needs.some((id) => missing.some((earlier) => earlier.id === id));
    if (isStale || !(await isFinished(stage, context))) missing.push(stage);
  }
  return missing;
}

async function showStage(stage: Stage, context: BuildContext, { progress }: Context): Promise<void> {
  await rm(logFile(context, stage), { force: true });
  const task = progress.begin(describeStage(stage));
  try {
    const outcome = await runStage(stage, context, (line) => {
      task.line(line);
    });
    task.end(outcome);
  } catch (error) {
    task.end(context.signal.aborted ? 'stopped' : 'failed');
    throw error;
  }
}

async function pack({ plan, store, signal }: BuildContext, out: string, { progress }: Context) {
  const layers = await Promise.all(
    bundleLayerIds(plan).map(async (id) => {
      const layer = await store.find(id);
      if (layer === undefined) throw new Error(`layer ${id} was not built`);
      return layer;
    }),
  );
  const task = progress.begin('write the bundle');
  await writeBundle(out, assembleBundle(plan, layers), store, signal, ({ id }) => {
    task.line(id);
  });
  task.end(`${layers.length} layers`);
  return layers;
}
