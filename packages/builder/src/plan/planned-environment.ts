import type { Digest, Package } from '@depotcast/hydrator/format';
import type { BuildOutput } from '../environment/build-output.js';
import type { PackageId } from '../julia/literal.js';
import type { SpecTarget } from '../spec/spec-target.js';

/** An environment as a plan needs to know it. */
export interface PlannedEnvironment {
  readonly name: string;
  /** Digest of the sources layer as it will be. */
  readonly tree: Digest;
  /** Bytes of the sources layer. */
  readonly bytes: number;
  /** Tree digest and bytes of the artifacts layer; undefined where no package needs one. */
  readonly artifacts: { readonly tree: Digest; readonly bytes: number } | undefined;
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

/** A target that this Julia can build, with Julia's name for it. */
export interface ReachableTarget {
  readonly target: SpecTarget;
  readonly cpuTarget: string;
}
