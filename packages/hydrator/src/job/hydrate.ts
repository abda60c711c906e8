import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  layersToStart,
  renderStoredListing,
  repository,
  type Image,
  type ReleaseLayer,
} from '../format/index.js';
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
      await keepListing(root, layer, renderStoredListing(listing));
      return listing;
    };
    const fetched = await materialiseLayer(location.source, layer, readListing, root);
    const result = { id: layer.id, bytes: layer.bytes, fetched };
    onLayer(result);
    done.push(result);
  }
  return done;
}

/** The listing stays beside the layers, so that the cache can be verified without the repository. */
async function keepListing(root: string, layer: ReleaseLayer, text: string): Promise<void> {
  const path = join(root, repository.listing(layer.tree));
  const temporary = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(temporary, text);
  await rename(temporary, path);
}
