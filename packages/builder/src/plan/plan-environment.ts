import { type Environment, type Image, type LayerId, type Start } from '@depotcast/hydrator/format';
import { projectPath } from '../environment/plan-sources.js';
import type { JuliaFacts } from '../julia/facts.js';
import { compileFlags, hasNativeCaches } from '../julia/features.js';
import type { Spec } from '../spec/spec.js';
import { compiledInputs, copiedLayer } from './layer-inputs.js';
import {
  cachesStage,
  copyStage,
  proofStage,
  runtimeStage,
  type StageContext,
  sysimageStage,
  traceStage,
} from './make-stages.js';
import type {
  CopiedLayers,
  PlannedEnvironment,
  PlannedRuntime,
  ReachableTarget,
} from './planned-environment.js';
import type { Stage } from './stage.js';

export interface EnvironmentRequest {
  readonly spec: Spec;
  readonly julia: JuliaFacts;
  readonly environment: PlannedEnvironment;
  readonly starts: readonly Start[];
  readonly targets: readonly ReachableTarget[];
  readonly runtime?: PlannedRuntime | undefined;
}

export interface EnvironmentPlan {
  readonly described: Environment;
  readonly images: readonly Image[];
  readonly stages: readonly Stage[];
}

/** The stages and images of one environment, for each target and each start. */
export function planEnvironment(request: EnvironmentRequest): EnvironmentPlan {
  const { spec, julia, environment, starts, targets, runtime } = request;
  const { name } = environment;
  const copied: CopiedLayers = {
    sources: copiedLayer('sources', environment.sources),
    shared: environment.shared.map((tree) => copiedLayer('sources', tree)),
    artifacts: environment.artifacts.map((tree) => copiedLayer('artifacts', tree)),
    ...(runtime === undefined ? {} : { runtime: copiedLayer('runtime', runtime) }),
  };
  const { sources, shared, artifacts } = copied;
  const flags = compileFlags(spec.compile);
  const inputs = compiledInputs({ julia, flags, prefix: spec.prefix, environment: name }, copied);
  const context: StageContext = { environment, juliaVersion: julia.version, copied, inputs };
  const images: Image[] = [];
  const stages: Stage[] = [
    ...(runtime === undefined ? [] : [runtimeStage(name, runtime)]),
    ...[environment.sources, ...environment.shared].map((tree) => copyStage('sources', name, tree)),
    ...environment.artifacts.map((tree) => copyStage('artifacts', name, tree)),
  ];
  const addImage = (
    start: Start,
    { target, cpuTarget }: ReachableTarget,
    compiled: LayerId,
    sysimage: LayerId | null,
  ): void => {
    const image: Image = {
      environment: name,
      target: target.name,
      start,
      arch: target.arch,
      requires: [...target.requires],
      cpuTarget,
      flags,
      julia: { version: julia.version, identity: julia.identity },
      compiled,
      artifacts: [...artifacts],
      sysimage,
      ...(copied.runtime === undefined ? {} : { runtime: copied.runtime }),
    };
    images.push(image);
    stages.push(proofStage(context, image, spec.proof.onOtherCpu));
  };

  for (const reachable of targets) {
    const sharing = hasNativeCaches(julia.version) ? [reachable] : targets;
    const caches = cachesStage(context, sharing, null);
    stages.push(caches);
    if (starts.includes('sysimage')) {
      // What a workload compiles does not depend on the target: one trace serves all.
      const trace = traceStage(context, firstCompiled(stages) ?? caches.layer);
      const sysimage = sysimageStage(context, reachable, caches.layer, trace?.id ?? null);
      const above = cachesStage(context, [reachable], sysimage.layer);
      stages.push(...(trace === undefined ? [] : [trace]), sysimage, above);
      addImage('sysimage', reachable, above.layer, sysimage.layer);
    }
    if (starts.includes('caches')) addImage('caches', reachable, caches.layer, null);
  }
  return {
    described: {
      name,
      sources,
      shared: [...shared],
      project: projectPath(name),
      packages: [...environment.manifest],
    },
    images,
    stages,
  };
}

function firstCompiled(stages: readonly Stage[]): LayerId | undefined {
  return stages.find((stage) => stage.kind === 'caches')?.layer;
}
