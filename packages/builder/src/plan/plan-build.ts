import { cpuTargetFor, DepotError, type Digest, isPathBound, type Package } from '@depotcast/hydrator/format';
import { checkCpuTarget } from '../cpu-target/check-cpu-target.js';
import type { JuliaFacts } from '../julia/facts.js';
import type { PackageId } from '../julia/literal.js';
import { type Problem, refuseProblems } from '../spec/problem.js';
import type { Spec } from '../spec/spec.js';
import type { SpecTarget } from '../spec/spec-target.js';
import { estimateDisk } from './estimate-disk.js';
import type { Plan } from './plan.js';
import { planEnvironment } from './plan-environment.js';
import type { Stage } from './stage.js';

/** An environment as a plan needs to know it. */
export interface PlannedEnvironment {
  readonly name: string;
  /** Digest of the sources layer as it will be. */
  readonly tree: Digest;
  /** Bytes of the sources layer. */
  readonly bytes: number;
  /** Tree digest and bytes of the artifacts layer; undefined where no package needs one. */
  readonly artifacts: { readonly tree: Digest; readonly bytes: number } | undefined;
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

/**
 * What a build of `spec` will do. A pure function: it decides everything, and reads nothing.
 * @throws DepotError `bad-spec` when this Julia can build none of the targets, or would take one of them for something else
 */
export function planBuild(spec: Spec, julia: JuliaFacts, environments: readonly PlannedEnvironment[]): Plan {
  const { reachable, skipped } = splitTargets(spec.targets, julia);
  if (reachable.length === 0) {
    const reasons = skipped.map(({ target, reason }) => `${target} ${reason}`).join('; ');
    throw new DepotError('bad-spec', `${spec.file}: targets: this Julia can build none: ${reasons}`, {
      hint: `name a target for ${julia.arch}; depot-build targets lists them`,
    });
  }
  refuseProblems(reachable.flatMap((target) => misunderstood(target, spec.file, julia)));
  const planned = environments.map((environment, index) => {
    const starts = spec.environments[index]?.starts ?? [];
    return { environment, ...planEnvironment({ spec, julia, environment, starts, targets: reachable }) };
  });
  const stages = planned.flatMap((item) => item.stages);
  return {
    format: 'depotcast-plan/1',
    name: spec.name,
    version: spec.version,
    prefix: spec.prefix,
    pathBound: isPathBound(julia.version),
    julia: { version: julia.version, arch: julia.arch, identity: julia.identity },
    skipped,
    environments: planned.map((item) => item.described),
    images: planned.flatMap((item) => item.images),
    stages: withoutDuplicates(stages),
    disk: estimateDisk(stages, julia, environments),
  };
}

function misunderstood({ target, cpuTarget }: ReachableTarget, file: string, julia: JuliaFacts): Problem[] {
  const { arch, requires, raised } = target;
  const refusal = checkCpuTarget({ cpuTarget, arch, juliaVersion: julia.version, requires, raised });
  return refusal === undefined ? [] : [{ file, line: undefined, key: `target ${target.name}`, ...refusal }];
}

function splitTargets(targets: readonly SpecTarget[], julia: JuliaFacts) {
  const reachable: ReachableTarget[] = [];
  const skipped: { target: string; reason: string }[] = [];
  for (const target of targets) {
    const cpuTarget = cpuTargetFor(target, julia.version);
    if (target.arch !== julia.arch) {
      skipped.push({
        target: target.name,
        reason: `is for ${target.arch}, and this Julia is for ${julia.arch}`,
      });
    } else if (cpuTarget === undefined) {
      skipped.push({ target: target.name, reason: `is not known to Julia ${julia.version}` });
    } else {
      reachable.push({ target, cpuTarget });
    }
  }
  return { reachable, skipped };
}

function withoutDuplicates(stages: readonly Stage[]): Stage[] {
  return [...new Map(stages.map((stage) => [stage.id, stage])).values()];
}
