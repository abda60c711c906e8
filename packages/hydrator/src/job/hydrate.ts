import { join } from 'node:path';
import pLimit from 'p-limit';
import { exists } from '../cache/exists.js';
import { fetchLayer } from '../cache/fetch-layer.js';
import { noteSize } from '../cache/inventory.js';
import { makeRoom } from '../cache/make-room.js';
import { sweep } from '../cache/sweep.js';
import { DepotError, type ReleaseLayer, tree } from '../format/index.js';
import type { Holding } from '../lock/lock-file.js';
import type { OpenRelease } from './open-release.js';

/** Files that are fetched at a time, over all layers. */
const CONCURRENCY = 8;

/** Where layers are to stand. */
export interface Place {
  /** Folder that holds `layers/`. */
  readonly root: string;
  /** The folder that the quota is for: `root`, or a cache that holds a root for each repository. */
  readonly cache: string;
  /** Bytes; none unless told. */
  readonly quota?: number | undefined;
}

export interface HydrateEvents {
  /** Told how many bytes this process will have to fetch, as far as is known. */
  readonly onTotal: (bytes: number) => void;
  /** Told bytes as they are here. */
  readonly onBytes: (bytes: number) => void;
  /** Told each layer that has been fetched. */
  readonly onFetched: (layer: ReleaseLayer) => void;
  /** Told each layer that another process is fetching just now. */
  readonly onWait: (layer: ReleaseLayer, holder: Holding) => void;
}

/**
 * Makes every wanted layer stand below the root. From a repository what is missing is fetched; a mounted tree must have it.
 * @throws DepotError as `fetchLayer` and `makeRoom` do; `not-found` for a tree without a layer
 */
export async function hydrate(
  { location, repository, verified }: OpenRelease,
  wanted: readonly ReleaseLayer[],
  place: Place,
  events: HydrateEvents,
): Promise<void> {
  const { root } = place;
  if (location.kind === 'tree') {
    for (const layer of wanted) await requireLayer(root, layer, verified.release.name);
    return;
  }
  const { source } = location;
  const limit = pLimit(CONCURRENCY);
  const prepare = preparation(place, wanted);
  const present = await Promise.all(wanted.map((layer) => exists(join(root, tree.layer(layer.id)))));
  let total = wanted.reduce((sum, { bytes }, index) => sum + (present[index] === true ? 0 : bytes), 0);
  events.onTotal(total);
  const bring = async (layer: ReleaseLayer): Promise<void> => {
    const options = {
      limit,
      onBytes: events.onBytes,
      prepare: () => prepare(layer),
      onWait: (holder: Holding) => {
        events.onTotal((total -= layer.bytes));
        events.onWait(layer, holder);
      },
    };
    if (await fetchLayer(source, layer, () => repository.listing(layer), root, options)) {
      events.onFetched(layer);
    }
  };
  const outcomes = await Promise.allSettled(wanted.map(bring));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Before the first fetch, what ended processes left goes; before each, what has to make room for it. */
function preparation(
  { root, cache, quota }: Place,
  wanted: readonly ReleaseLayer[],
): (layer: ReleaseLayer) => Promise<void> {
  const kept = wanted.map(({ id }) => id);
  let swept: Promise<unknown> | undefined;
  return async ({ id, bytes }) => {
    const now = Date.now();
    await (swept ??= sweep(root, now, kept));
    if (quota === undefined) await noteSize(root, id, bytes);
    else await makeRoom(cache, { root, id, bytes }, quota, now);
  };
}

async function requireLayer(root: string, layer: ReleaseLayer, release: string): Promise<void> {
  const path = join(root, tree.layer(layer.id));
  if (await exists(path)) return;
  throw new DepotError('not-found', `${path}: the tree has no such layer, which release ${release} needs`, {
    hint: "whoever publishes must export that release into the tree: 'depot-publish export'",
  });
}
