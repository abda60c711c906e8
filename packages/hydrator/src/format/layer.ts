import { canonicalJson } from './canonical-json.js';
import { digestOf } from './digest.js';

/** In the order in which layers are built upon each other. */
export const LAYER_KINDS = ['runtime', 'sources', 'artifacts', 'sysimage', 'compiled'] as const;
export type LayerKind = (typeof LAYER_KINDS)[number];

/** `<kind>-<32 hex>`: names a layer by its inputs, so that its final path is known before it is built. */
export type LayerId = string & { readonly brand: 'LayerId' };

const LAYER_ID = new RegExp(`^(?:${LAYER_KINDS.join('|')})-[0-9a-f]{32}$`);

export function isLayerId(text: string): text is LayerId {
  return LAYER_ID.test(text);
}

/** Inputs of a layer. Strings, numbers, booleans, arrays and objects only; key order does not matter. */
export type LayerInputs = { readonly [key: string]: InputValue };
type InputValue = string | number | boolean | null | readonly InputValue[] | LayerInputs;

/** The id of the layer that is built from `inputs`: equal inputs give equal ids, on every machine. */
export function layerIdOf(kind: LayerKind, inputs: LayerInputs): LayerId {
  return `${kind}-${digestOf(`depotcast-layer-inputs/1\n${kind}\n${canonicalJson(inputs)}`).slice(0, 32)}` as LayerId;
}

export function layerKindOf(id: LayerId): LayerKind {
  return id.slice(0, id.lastIndexOf('-')) as LayerKind;
}
