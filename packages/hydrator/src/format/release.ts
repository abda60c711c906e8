import * as v from 'valibot';
import { type Digest, digestOf } from './digest.js';
import { DepotError } from './error.js';
import { builtEntries, type Environment, type Image } from './image.js';
import { isPathBound } from './julia-version.js';
import { type LayerId, LAYER_KINDS } from './layer.js';
import { digestSchema, layerIdSchema, nameSchema, parseJson, sizeSchema } from './schema.js';

const releaseLayerSchema = v.strictObject({
  id: layerIdSchema,
  kind: v.picklist(LAYER_KINDS),
  /** Tree digest: what the layer must be once unpacked. */
  tree: digestSchema,
  /** The stored listing `.depot/listings/<tree>`, as exact bytes. */
  listing: v.strictObject({ sha256: digestSchema, size: sizeSchema }),
  files: sizeSchema,
  bytes: sizeSchema,
});
export type ReleaseLayer = v.InferOutput<typeof releaseLayerSchema>;

const releaseSchema = v.strictObject({
  format: v.literal('depotcast-release/1'),
  name: nameSchema,
  environment: v.strictObject({ name: nameSchema, version: v.string() }),
  ...builtEntries,
  layers: v.pipe(v.array(releaseLayerSchema), v.minLength(1)),
});

/** An immutable, named set of layers; it carries no time, so that equal content is an equal release. */
export type Release = v.InferOutput<typeof releaseSchema>;

/** SHA-256 of a release manifest's exact bytes. */
export type ReleaseId = Digest;

export function releaseIdOf(manifest: Uint8Array): ReleaseId {
  return digestOf(manifest);
}

/** @throws DepotError `bad-format`, also when an image or environment names a layer that the release does not hold. */
export function parseRelease(text: string, where: string): Release {
  const release = parseJson(releaseSchema, text, where);
  const held = new Set<string>(release.layers.map((layer) => layer.id));
  const named = [
    ...release.environments.flatMap(({ sources, shared }) => [sources, ...shared]),
    ...release.images.flatMap((image) => imageLayers(image)),
  ];
  const missing = named.find((id) => !held.has(id));
  if (missing !== undefined)
    throw new DepotError('bad-format', `${where}: layer ${missing} is named but not listed`);
  for (const image of release.images) {
    environmentOf(release, image);
    const name = `${where}: image ${image.target} ${image.start}`;
    if ((image.start === 'sysimage') !== (image.sysimage !== null)) {
      throw new DepotError(
        'bad-format',
        `${name}: a system image belongs to the start of that name, and to no other`,
      );
    }
    if (isPathBound(image.julia.version) && !release.pathBound) {
      throw new DepotError(
        'bad-format',
        `${name}: Julia ${image.julia.version} is bound to its prefix, the release is not`,
      );
    }
  }
  return release;
}

/** The environment that `image` starts. */
export function environmentOf(release: Release, image: Image): Environment {
  const environment = release.environments.find(({ name }) => name === image.environment);
  if (environment !== undefined) return environment;
  throw new DepotError('bad-format', `release ${release.name}: no environment '${image.environment}'`);
}

/** Every layer that a node needs in order to start `image`. */
export function layersToStart(release: Release, image: Image): ReleaseLayer[] {
  const { sources, shared } = environmentOf(release, image);
  const wanted = new Set<LayerId>([sources, ...shared, ...imageLayers(image)]);
  return release.layers.filter((layer) => wanted.has(layer.id));
}

function imageLayers(image: Image): LayerId[] {
  const { compiled, artifacts, sysimage, runtime } = image;
  return [
    compiled,
    ...artifacts,
    ...(sysimage === null ? [] : [sysimage]),
    ...(runtime === undefined ? [] : [runtime]),
  ];
}
