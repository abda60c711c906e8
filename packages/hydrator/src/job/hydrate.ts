import { join } from 'node:path';
import { layersToStart, renderStoredListing, repository, type Image } from '../format/index.js';
import { replaceFile } from '../cache/replace-file.js';
import { materialiseLayer } from '../cache/materialise.js';
import type { OpenRelease } from './open-release.js';

/** What happened to one layer. */
export interface HydratedLayer {
  readonly id: string;
  readonly bytes: number;
  readonly fetched: boolean;
}

/**
 * Makes every layer that an image needs stand below `root`; a mounted tree has them already and nothing is done.
 * @throws DepotError as `materialiseLayer` does
 */
export async function hydrate(
  { location, repository: trusted, verified }: OpenRelease,
  image: Image,
  root: string,
  onLayer: (layer: HydratedLayer) => void = () => undefined,
): Promise<HydratedLayer[]> {
  if (location.kind === 'tree') return [];
  const done: HydratedLayer[] = [];
  for (const layer of layersToStart(verified.release, image)) {
    const readListing = async () => {
      const listing = await trusted.listing(layer);
      // Beside the layers, so that the cache can be verified without the repository.
      await replaceFile(join(root, repository.listing(layer.tree)), renderStoredListing(listing), 0o644);
      return listing;
    };
    const fetched = await materialiseLayer(location.source, layer, readListing, root);
    const result = { id: layer.id, bytes: layer.bytes, fetched };
    onLayer(result);
    done.push(result);
  }
  return done;
}
