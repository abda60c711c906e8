import { isPathBound, type LayerId, layerIdOf, type LayerInputs } from '@depotcast/hydrator/format';
import type { JuliaFacts } from '../julia/facts.js';
import type { CopiedLayers, PlannedTree } from './planned-environment.js';

/** Rises with every change to how sources layers are made, so that none of an earlier recipe is taken for a new one. */
const SOURCES_RECIPE = 1;
/** The same for all that is compiled. */
export const RECIPE = 7;

export interface CommonInputs {
  readonly julia: Pick<JuliaFacts, 'version' | 'identity'>;
  readonly flags: readonly string[];
  readonly prefix: string;
  readonly environment: string;
}

/** Sources hold no machine code: build hosts of all architectures agree on their id. */
export function copiedLayer(
  kind: 'runtime' | 'sources' | 'artifacts',
  { tree }: Pick<PlannedTree, 'tree'>,
): LayerId {
  return layerIdOf(kind, { recipe: SOURCES_RECIPE, tree });
}

/** What everything that Julia compiles for an environment depends on; packages write down where their artifacts are. */
export function compiledInputs(
  common: CommonInputs,
  { sources, shared, artifacts, runtime }: CopiedLayers,
): LayerInputs {
  const { julia, flags, prefix, environment } = common;
  return {
    recipe: RECIPE,
    julia: { version: julia.version, identity: julia.identity },
    flags,
    prefix: isPathBound(julia.version) ? prefix : null,
    environment,
    sources,
    ...(shared.length === 0 ? {} : { shared }),
    ...(artifacts.length === 0 ? {} : { artifacts }),
    ...(runtime === undefined ? {} : { runtime }),
  };
}
