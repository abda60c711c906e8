import { join } from 'node:path';
import { exists } from '../cache/exists.js';
import { materialiseLayer } from '../cache/materialise.js';
import { DepotError, type ReleaseLayer, tree } from '../format/index.js';
import type { OpenRelease } from './open-release.js';

/**
 * Makes every wanted layer stand below `root`. From a repository what is missing is fetched; a mounted tree must have it.
 * @param onFetched told each layer that had to be fetched
 * @throws DepotError as `materialiseLayer` does; `not-found` for a tree without a layer
 */
export async function hydrate(
  { location, repository, verified }: OpenRelease,
  wanted: readonly ReleaseLayer[],
  root: string,
  onFetched: (layer: ReleaseLayer) => void,
): Promise<void> {
  for (const layer of wanted) {
    if (location.kind === 'tree') await requireLayer(root, layer, verified.release.name);
    else if (await materialiseLayer(location.source, layer, () => repository.listing(layer), root))
      onFetched(layer);
  }
}

async function requireLayer(root: string, layer: ReleaseLayer, release: string): Promise<void> {
  const path = join(root, tree.layer(layer.id));
  if (await exists(path)) return;
  throw new DepotError('not-found', `${path}: the tree has no such layer, which release ${release} needs`, {
    hint: "whoever publishes must export that release into the tree: 'depot-publish export'",
  });
}
