import { type PreparedEnvironment, prepareEnvironments } from '../environment/prepare.js';
import type { JuliaFacts } from '../julia/facts.js';
import { inspectJulia } from '../julia/inspect.js';
import type { Plan } from '../plan/plan.js';
import { planBuild } from '../plan/plan-build.js';
import { type ListedRuntime, listRuntime } from '../runtime/list-runtime.js';
import { readSpec } from '../spec/read.js';
import type { Spec, SpecOverrides } from '../spec/spec.js';

export interface PreparedBuild {
  readonly spec: Spec;
  readonly julia: JuliaFacts;
  readonly environments: readonly PreparedEnvironment[];
  /** Julia itself, where the spec wants it in the release. */
  readonly runtime: ListedRuntime | undefined;
  readonly plan: Plan;
}

/** Reads all that a build depends on, and plans it. Writes nothing. */
export async function prepareBuild(
  file: string,
  overrides: SpecOverrides,
  env: NodeJS.ProcessEnv,
): Promise<PreparedBuild> {
  const spec = await readSpec(file, overrides);
  const julia = await inspectJulia(spec.julia, env);
  const environments = await prepareEnvironments(spec, julia.version, env);
  const runtime = spec.bundleRuntime ? await listRuntime(julia, spec.julia, env) : undefined;
  return { spec, julia, environments, runtime, plan: planBuild(spec, julia, environments, runtime) };
}
