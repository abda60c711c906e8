import * as v from 'valibot';
import { builtEntries } from './image.js';
import { LAYER_KINDS } from './layer.js';
import { digestSchema, layerIdSchema, nameSchema, parseJson, sizeSchema } from './schema.js';

const bundleLayerSchema = v.strictObject({
  id: layerIdSchema,
  kind: v.picklist(LAYER_KINDS),
  tree: digestSchema,
  files: sizeSchema,
  bytes: sizeSchema,
});
export type BundleLayer = v.InferOutput<typeof bundleLayerSchema>;

const bundleSchema = v.strictObject({
  format: v.literal('depotcast-bundle/1'),
  name: nameSchema,
  version: v.string(),
  ...builtEntries,
  layers: v.pipe(v.array(bundleLayerSchema), v.minLength(1)),
});

/** `bundle.json`: what a build host hands over. Beside it stand, for each layer, a listing and a tar. */
export type Bundle = v.InferOutput<typeof bundleSchema>;

export const BUNDLE_FILE = 'bundle.json';

/** @throws DepotError `bad-format` */
export function parseBundle(text: string, where: string): Bundle {
  return parseJson(bundleSchema, text, where);
}

/** Path of a layer's canonical listing inside a bundle. */
export function bundleListingPath(layer: Pick<BundleLayer, 'id'>): string {
  return `layers/${layer.id}.listing`;
}

/** Path of a layer's tar inside a bundle. */
export function bundleTarPath(layer: Pick<BundleLayer, 'id'>): string {
  return `layers/${layer.id}.tar`;
}
