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

/** Stored listings by layer: what the release names each of its layers by. */
export type ListingRefs = ReadonlyMap<LayerId, ReleaseLayer['listing']>;

/** The release of a bundle once its listings are known. Equal contents give equal bytes, whenever and wherever. */
export function assembleRelease(name: string, bundle: JoinedBundle, listings: ListingRefs): AssembledRelease {
  const manifest: Release = {
    format: 'depotcast-release/1',
    name,
    environment: { name: bundle.name, version: bundle.version },
    prefix: bundle.prefix,
    pathBound: bundle.pathBound,
    environments: [...bundle.environments],
    images: [...bundle.images],
    layers: bundle.layers.map((layer) => describeLayer(layer, listings)),
  };
  const text = renderJson(manifest);
  const bytes = Buffer.from(text);
  return { id: releaseIdOf(bytes), release: parseRelease(text, `release ${name}`), bytes };
}

function describeLayer({ id, kind, tree, listing }: BundledLayer, listings: ListingRefs): ReleaseLayer {
  const stored = listings.get(id);
  if (stored === undefined) throw new Error(`layer ${id} has no stored listing`);
  const sizes = listing.map((entry) => (entry.type === 'file' ? entry.size : 0));
  return {
    ...{ id, kind, tree, listing: stored },
    files: listing.filter((entry) => entry.type === 'file').length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}
