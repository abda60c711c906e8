import {
  type Bundle,
  type BundleLayer,
  LAYER_KINDS,
  type LayerId,
  layerKindOf,
} from '@depotcast/hydrator/format';
import type { Plan } from '../plan/plan.js';

/** The layers that images need, each once, lower layers first. What a build makes only for itself is not among them. */
export function bundleLayerIds({ environments, images }: Plan): LayerId[] {
  const ids = new Set<LayerId>([
    ...environments.flatMap(({ sources, shared }) => [sources, ...shared]),
    ...images.flatMap(({ compiled, artifacts, sysimage, runtime }) => [
      ...(runtime === undefined ? [] : [runtime]),
      ...artifacts,
      ...(sysimage === null ? [] : [sysimage]),
      compiled,
    ]),
  ]);
  const rank = (id: LayerId) => LAYER_KINDS.indexOf(layerKindOf(id));
  return [...ids].sort((a, b) => rank(a) - rank(b));
}

/** What `bundle.json` says of a build whose layers are finished. */
export function assembleBundle(plan: Plan, layers: readonly BundleLayer[]): Bundle {
  const { name, version, prefix, pathBound, environments, images } = plan;
  return {
    format: 'depotcast-bundle/1',
    name,
    version,
    prefix,
    pathBound,
    environments: [...environments],
    images: [...images],
    layers: [...layers],
  };
}
