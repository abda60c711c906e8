import {
  digestOf,
  type Image,
  type LayerId,
  layerIdOf,
  type LayerInputs,
  renderJson,
} from '@depotcast/hydrator/format';
import { hasNativeCaches } from '../julia/features.js';
import { copiedLayer, RECIPE } from './layer-inputs.js';
import type {
  CopiedLayers,
  PlannedEnvironment,
  PlannedRuntime,
  PlannedTree,
  ReachableTarget,
} from './planned-environment.js';
import type {
  CachesStage,
  CopyStage,
  ProofStage,
  RuntimeStage,
  StageId,
  SysimageStage,
  TraceStage,
} from './stage.js';

/** What all stages of one environment have in common. */
export interface StageContext {
  readonly environment: PlannedEnvironment;
  readonly juliaVersion: string;
  readonly copied: CopiedLayers;
  /** Inputs of everything that is compiled for the environment. */
  readonly inputs: LayerInputs;
}

export function copyStage(kind: CopyStage['kind'], environment: string, planned: PlannedTree): CopyStage {
  const layer = copiedLayer(kind, planned);
  const { environments, bytes } = planned;
  return { kind, id: layer, needs: [], environment, layer, environments, bytes };
}

export function runtimeStage(environment: string, planned: PlannedRuntime): RuntimeStage {
  const layer = copiedLayer('runtime', planned);
  return { kind: 'runtime', id: layer, needs: [], environment, layer, bytes: planned.bytes };
}

/** @param targets those that are compiled for; one unless caches hold no machine code */
export function cachesStage(
  context: StageContext,
  targets: readonly ReachableTarget[],
  sysimage: LayerId | null,
): CachesStage {
  const { environment, inputs, copied } = context;
  const cpuTarget = hasNativeCaches(context.juliaVersion) ? (targets[0]?.cpuTarget ?? null) : null;
  const layer = layerIdOf('compiled', { ...inputs, cpuTarget, sysimage });
  return {
    kind: 'caches',
    id: layer,
    needs: [
      ...[copied.sources, ...copied.shared, ...copied.artifacts],
      ...(copied.runtime === undefined ? [] : [copied.runtime]),
      ...(sysimage === null ? [] : [sysimage]),
    ],
    environment: environment.name,
    layer,
    ...copied,
    targets: targets.map(({ target }) => target.name),
    cpuTarget,
    sysimage,
  };
}

/** @returns undefined where there is no workload to trace */
export function traceStage(context: StageContext, compiled: LayerId): TraceStage | undefined {
  const { environment, copied } = context;
  if (environment.workload === undefined) return undefined;
  const id = stageId('trace', { recipe: RECIPE, compiled, workload: environment.workload });
  return {
    kind: 'trace',
    id,
    needs: [compiled],
    environment: environment.name,
    ...copied,
    compiled,
  };
}

export function sysimageStage(
  context: StageContext,
  { target, cpuTarget }: ReachableTarget,
  compiled: LayerId,
  trace: StageId | null,
): SysimageStage {
  const { environment, inputs, copied } = context;
  const packages = environment.imagePackages.map(({ uuid }) => uuid).sort();
  const recorded = environment.recorded === undefined ? {} : { recorded: environment.recorded };
  const layer = layerIdOf('sysimage', { ...inputs, cpuTarget, packages, trace, ...recorded });
  return {
    kind: 'sysimage',
    id: layer,
    needs: [compiled, ...(trace === null ? [] : [trace])],
    environment: environment.name,
    layer,
    ...copied,
    compiled,
    target: target.name,
    cpuTarget,
    trace,
  };
}

export function proofStage(
  { environment, copied }: StageContext,
  image: Image,
  onOtherCpu: boolean,
): ProofStage {
  const workload = environment.workload ?? null;
  return {
    kind: 'proof',
    id: stageId('proof', { recipe: RECIPE, image: renderJson(image), workload, onOtherCpu }),
    needs: [image.compiled, ...(image.sysimage === null ? [] : [image.sysimage])],
    environment: environment.name,
    image,
    onOtherCpu,
    ...copied,
  };
}

function stageId(kind: 'trace' | 'proof', inputs: object): StageId {
  return `${kind}-${digestOf(renderJson(inputs)).slice(0, 32)}`;
}
