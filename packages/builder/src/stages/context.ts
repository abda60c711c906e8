import type { PreparedEnvironment } from '../environment/prepare.js';
import type { JuliaFacts } from '../julia/facts.js';
import type { Placement } from '../julia/placement.js';
import type { Plan } from '../plan/plan.js';
import type { ListedRuntime } from '../runtime/list-runtime.js';
import type { Spec } from '../spec/spec.js';
import type { BuildFolders } from '../store/folders.js';
import type { LayerStore } from '../store/layer-store.js';

/** What the stages of one build share. */
export interface BuildContext {
  readonly spec: Spec;
  readonly plan: Plan;
  readonly julia: JuliaFacts;
  readonly environments: readonly PreparedEnvironment[];
  /** Julia itself, where the release brings it: then `julia` and the spec's command name the one in its layer. */
  readonly runtime: ListedRuntime | undefined;
  readonly placement: Placement;
  readonly store: LayerStore;
  readonly folders: BuildFolders;
  readonly isRoot: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Takes the latest line of a stage's program. */
export type OnLine = (line: string) => void;

export function preparedEnvironment(context: BuildContext, name: string): PreparedEnvironment {
  const environment = context.environments.find((candidate) => candidate.name === name);
  if (environment === undefined) throw new Error(`no environment '${name}' was prepared`);
  return environment;
}
