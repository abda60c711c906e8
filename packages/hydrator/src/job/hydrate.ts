import { join } from 'node:path';
import pLimit from 'p-limit';
import { exists } from '../cache/exists.js';
import { fetchLayer } from '../cache/fetch-layer.js';
import { DepotError, type ReleaseLayer, tree } from '../format/index.js';
import type { Holding } from '../lock/lock-file.js';
import type { OpenRelease } from './open-release.js';

/** Files that are fetched at a time, over all layers. */
const CONCURRENCY = 8;

export interface HydrateEvents {
  /** Told each layer that had to be fetched. */
  readonly onFetched: (layer: ReleaseLayer) => void;
  /** Told each layer that another process is fetching just now. */
  readonly onWait: (layer: ReleaseLayer, holder: Holding) => void;
}

/**
 * Makes every wanted layer stand below `root`. From a repository what is missing is fetched; a mounted tree must have it.
 * @throws DepotError as `fetchLayer` does; `not-found` for a tree without a layer
 */
export async function hydrate(
  { location, repository, verified }: OpenRelease,
  wanted: readonly ReleaseLayer[],
  root: string,
  { onFetched, onWait }: HydrateEvents,
): Promise<void> {
  if (location.kind === 'tree') {
    for (const layer of wanted) await requireLayer(root, layer, verified.release.name);
    return;
  }
  const { source } = location;
  const limit = pLimit(CONCURRENCY);
  const bring = async (layer: ReleaseLayer): Promise<void> => {
    const options = {
      limit,
      onWait: (holder: Holding) => {
        onWait(layer, holder);
      },
    };
    if (await fetchLayer(source, layer, () => repository.listing(layer), root, options)) onFetched(layer);
  };
  const outcomes = await Promise.allSettled(wanted.map(bring));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function requireLayer(root: string, layer: ReleaseLayer, release: string): Promise<void> {
  const path = join(root, tree.layer(layer.id));
  if (await exists(path)) return;
  throw new DepotError('not-found', `${path}: the tree has no such layer, which release ${release} needs`, {
    hint: "whoever publishes must export that release into the tree: 'depot-publish export'",
  });
}
