import { type Digest, isPathBound, type LayerInputs } from '@depotcast/hydrator/format';
import type { JuliaFacts } from '../julia/facts.js';

/** Rises with every change to how sources layers are made, so that none of an earlier recipe is taken for a new one. */
const SOURCES_RECIPE = 1;
/** The same for all that is compiled. */
export const RECIPE = 4;

export interface CommonInputs {
  readonly julia: Pick<JuliaFacts, 'version' | 'identity'>;
  readonly flags: readonly string[];
  readonly prefix: string;
  readonly environment: string;
}

/** The sources layer holds no machine code: build hosts of all architectures agree on its id. */
export function sourcesInputs(tree: Digest): LayerInputs {
  return { recipe: SOURCES_RECIPE, tree };
}

/** Nor does the artifacts layer, but its content is for one platform. */
export function artifactsInputs(tree: Digest): LayerInputs {
  return { recipe: SOURCES_RECIPE, tree };
}

/** What everything that Julia compiles for an environment depends on; packages write down where their artifacts are. */
export function compiledInputs(
  common: CommonInputs,
  sources: string,
  artifacts: readonly string[],
): LayerInputs {
  const { julia, flags, prefix, environment } = common;
  return {
    recipe: RECIPE,
    julia: { version: julia.version, identity: julia.identity },
    flags,
    prefix: isPathBound(julia.version) ? prefix : null,
    environment,
    sources,
    ...(artifacts.length === 0 ? {} : { artifacts }),
  };
}
