import {
  type LayerId,
  parseRelease,
  type Release,
  type ReleaseId,
  releaseIdOf,
  type ReleaseLayer,
  renderJson,
} from '@depotcast/hydrator/format';
import type { JoinedBundle } from '../bundle/join-bundles.js';
import type { BundledLayer } from '../bundle/open-bundle.js';

export interface AssembledRelease {
  readonly id: ReleaseId;
  readonly release: Release;
  /** The manifest, whose SHA-256 is the id. */
  readonly bytes: Buffer;
}

/** What a release says of a layer beside what a bundle does. */
export type StoredLayer = Pick<ReleaseLayer, 'listing' | 'files' | 'bytes'>;

/** The release of a bundle once its layers are stored. Equal contents give equal bytes, whenever and wherever. */
export function assembleRelease(
  name: string,
  bundle: JoinedBundle,
  stored: ReadonlyMap<LayerId, StoredLayer>,
): AssembledRelease {
  const manifest: Release = {
    format: 'depotcast-release/1',
    name,
    environment: { name: bundle.name, version: bundle.version },
    prefix: bundle.prefix,
    pathBound: bundle.pathBound,
    environments: [...bundle.environments],
    images: [...bundle.images],
    layers: bundle.layers.map((layer) => describeLayer(layer, stored.get(layer.id))),
  };
  const text = renderJson(manifest);
  const bytes = Buffer.from(text);
  return { id: releaseIdOf(bytes), release: parseRelease(text, `release ${name}`), bytes };
}

function describeLayer({ id, kind, tree }: BundledLayer, stored: StoredLayer | undefined): ReleaseLayer {
  if (stored === undefined) throw new Error(`layer ${id} is not stored`);
  const { listing, files, bytes } = stored;
  return { id, kind, tree, listing, files, bytes };
}
