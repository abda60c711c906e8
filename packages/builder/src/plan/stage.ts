import type { Image, LayerId } from '@depotcast/hydrator/format';
import type { CopiedLayers } from './planned-environment.js';

/** Name of a stage, unique in a plan; the same name means the same inputs, so that finished work is found again. */
export type StageId = string;

interface StageBase {
  readonly id: StageId;
  /** Stages that must be finished first. */
  readonly needs: readonly StageId[];
  /** Name of the environment that it works on. */
  readonly environment: string;
}

/** Copies packages, and an environment unless several have them; or the artifacts that packages declare. */
export interface CopyStage extends StageBase {
  readonly kind: 'sources' | 'artifacts';
  readonly layer: LayerId;
  /** Names of the environments that have it. */
  readonly environments: readonly string[];
  readonly bytes: number;
}

/** Copies Julia itself. */
export interface RuntimeStage extends StageBase {
  readonly kind: 'runtime';
  readonly layer: LayerId;
  readonly bytes: number;
}

/** What Julia needs around it to run in an environment. */
export interface JuliaStageBase extends StageBase, CopiedLayers {}

/** Compiles package caches, under Julia's own system image or one of ours. */
export interface CachesStage extends JuliaStageBase {
  readonly kind: 'caches';
  readonly layer: LayerId;
  /** Targets that share these caches. */
  readonly targets: readonly string[];
  /** What machine code in the caches is for; null where caches hold none. */
  readonly cpuTarget: string | null;
  readonly sysimage: LayerId | null;
}

/** Runs the workload once, to learn what jobs compile. */
export interface TraceStage extends JuliaStageBase {
  readonly kind: 'trace';
  readonly compiled: LayerId;
}

/** Writes and links a system image. */
export interface SysimageStage extends JuliaStageBase {
  readonly kind: 'sysimage';
  readonly layer: LayerId;
  readonly compiled: LayerId;
  readonly target: string;
  readonly cpuTarget: string;
  readonly trace: StageId | null;
}

/** Starts a finished image as a job would. */
export interface ProofStage extends JuliaStageBase {
  readonly kind: 'proof';
  readonly image: Image;
  /** Whether its workload runs on an emulated CPU as well. */
  readonly onOtherCpu: boolean;
}

export type Stage = CopyStage | RuntimeStage | CachesStage | TraceStage | SysimageStage | ProofStage;

/** What a stage does, for people. */
export function describeStage(stage: Stage): string {
  const { environment } = stage;
  switch (stage.kind) {
    case 'runtime':
      return 'copy Julia itself';
    case 'sources':
    case 'artifacts':
      return `copy the ${stage.kind} of ${stage.environments.join(', ')}`;
    case 'caches': {
      const under = stage.sysimage === null ? '' : ' under the system image';
      return `compile the caches of ${environment} for ${stage.targets.join(', ')}${under}`;
    }
    case 'trace':
      return `trace the workload of ${environment}`;
    case 'sysimage':
      return `compile the system image of ${environment} for ${stage.target}`;
    case 'proof':
      return `prove ${environment} on ${stage.image.target} (${stage.image.start})`;
  }
}
