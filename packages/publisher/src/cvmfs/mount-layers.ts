import type { Source } from '@depotcast/hydrator';
import type { LayerId, ReleaseLayer } from '@depotcast/hydrator/format';
import type { PreviousRevision } from './previous-revision.js';
import { type AnyHash, shake128Of } from './read/any-hash.js';
import { readCatalogSummary } from './read/catalog.js';
import { readObject } from './read/object.js';
import type { NestedCatalog } from './write/catalog.js';
import { type Counters, countersFrom, NOTHING, subtractCounters, sumCounters } from './write/counters.js';
import { layerRoot, type MountedCatalog } from './write/layer-catalogs.js';

/** Catalogs that have been stored before the revision that mounts them. */
export type LayerCatalogs = ReadonlyMap<LayerId, MountedCatalog>;

export interface MountedLayers {
  readonly nested: readonly NestedCatalog[];
  /** What all of them count. */
  readonly subtree: Counters;
}

/**
 * Gathers the catalogs of `layers`: as the previous revision has them, or made anew. What they count is the previous
 * revision's sum with the difference, so that no catalog that stays is read.
 * @param make stores the catalogs of a layer
 */
export async function mountLayers(
  layers: readonly ReleaseLayer[],
  previous: PreviousRevision | undefined,
  source: Source,
  make: (layer: ReleaseLayer) => Promise<MountedCatalog>,
): Promise<MountedLayers> {
  const nested: NestedCatalog[] = [];
  const added: Counters[] = [];
  const dropped = new Map(previous?.mounted);
  for (const layer of layers) {
    const path = layerRoot(layer.id);
    const before = dropped.get(path);
    const hash = before === undefined ? undefined : shake128Of(before.hash);
    if (before !== undefined && hash !== undefined) {
      nested.push({ ...before, path, hash });
      dropped.delete(path);
    } else {
      const made = await make(layer);
      nested.push(made);
      added.push(made.total);
    }
  }
  const before = previous === undefined ? NOTHING : countersFrom(previous.statistics, 'subtree');
  const lost: Counters[] = [];
  for (const { hash } of dropped.values()) lost.push(await readTotal(source, hash));
  return { nested, subtree: subtractCounters(sumCounters([before, ...added]), sumCounters(lost)) };
}

async function readTotal(source: Source, hash: AnyHash): Promise<Counters> {
  const where = `${source.location}: catalog ${hash}`;
  const { statistics } = await readCatalogSummary(await readObject(source, hash, 'C'), where);
  return sumCounters([countersFrom(statistics, 'self'), countersFrom(statistics, 'subtree')]);
}
