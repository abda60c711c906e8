import type { Digest, LayerId, Package } from '@depotcast/hydrator/format';
import type { BuildOutput } from '../environment/build-output.js';
import type { PackageId } from '../julia/literal.js';
import type { SpecTarget } from '../spec/spec-target.js';

/** A layer that is copied: its digest is known before it is. */
export interface PlannedTree {
  readonly tree: Digest;
  readonly bytes: number;
  /** Names of the environments that have it, in the order of the spec. */
  readonly environments: readonly string[];
}

/** Julia itself, as a plan needs to know it. */
export type PlannedRuntime = Pick<PlannedTree, 'tree' | 'bytes'>;

/** An environment as a plan needs to know it. */
export interface PlannedEnvironment {
  readonly name: string;
  /** Its project, and the packages that no other environment has. */
  readonly sources: PlannedTree;
  /** Packages that it has in common with others. */
  readonly shared: readonly PlannedTree[];
  /** Artifacts that its packages need. */
  readonly artifacts: readonly PlannedTree[];
  /** What build scripts of its packages wrote into them, and its sources hold. */
  readonly buildOutputs: readonly BuildOutput[];
  /** Everything in its Manifest. */
  readonly manifest: readonly Package[];
  /** What its system images hold. */
  readonly imagePackages: readonly PackageId[];
  /** SHA-256 of the workload script. */
  readonly workload: Digest | undefined;
  /** SHA-256 of the statements recorded in real sessions. */
  readonly recorded: Digest | undefined;
}

/** Ids of what an environment consists of before anything is compiled. */
export interface CopiedLayers {
  readonly sources: LayerId;
  readonly shared: readonly LayerId[];
  readonly artifacts: readonly LayerId[];
  /** Julia itself, where the release brings it. */
  readonly runtime?: LayerId;
}

/** A target that this Julia can build, with Julia's name for it. */
export interface ReachableTarget {
  readonly target: SpecTarget;
  readonly cpuTarget: string;
}
