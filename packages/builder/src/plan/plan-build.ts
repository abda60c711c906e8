import { cpuTargetFor, DepotError, isPathBound } from '@depotcast/hydrator/format';
import { checkCpuTarget } from '../cpu-target/check-cpu-target.js';
import type { JuliaFacts } from '../julia/facts.js';
import { type Problem, refuseProblems } from '../spec/problem.js';
import type { Spec } from '../spec/spec.js';
import type { SpecTarget } from '../spec/spec-target.js';
import { estimateDisk } from './estimate-disk.js';
import type { Plan } from './plan.js';
import type { PlannedEnvironment, PlannedRuntime, ReachableTarget } from './planned-environment.js';
import { planEnvironment } from './plan-environment.js';
import type { Stage } from './stage.js';

/**
 * What a build of `spec` will do. A pure function: it decides everything, and reads nothing.
 * @throws DepotError `bad-spec` when this Julia can build none of the targets, or would take one of them for something else
 */
export function planBuild(
  spec: Spec,
  julia: JuliaFacts,
  environments: readonly PlannedEnvironment[],
  runtime?: PlannedRuntime,
): Plan {
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
    const request = { spec, julia, environment, starts, targets: reachable, runtime };
    return { environment, ...planEnvironment(request) };
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
    buildOutputs: environments.flatMap(({ name, buildOutputs }) =>
      buildOutputs.map((output) => ({ environment: name, ...output })),
    ),
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
