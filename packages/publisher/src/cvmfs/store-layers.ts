import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LayerId, parseStoredListing, type Release, repository } from '@depotcast/hydrator/format';
import type { DurableWriter } from '../files/durable-writer.js';
import type { LayerCatalogs } from './mount-layers.js';
import { NamespaceStore } from './namespace-store.js';
import type { PreviousRevision } from './previous-revision.js';
import { layerRoot, type MountedCatalog, storeLayerCatalogs } from './write/layer-catalogs.js';

/**
 * Stores the catalogs of a release's layers that the revision in force does not have. They may be large, so that this is
 * done before the release is in force; nothing refers to them until the next revision does.
 */
export async function storeNewLayers(
  { layers }: Release,
  previous: PreviousRevision | undefined,
  writer: DurableWriter,
): Promise<LayerCatalogs> {
  const store = new NamespaceStore(writer);
  const made = new Map<LayerId, MountedCatalog>();
  for (const { id, tree } of layers) {
    if (previous?.mounted.has(layerRoot(id)) === true) continue;
    const path = join(writer.root, repository.listing(tree));
    const listing = parseStoredListing(await readFile(path, 'utf8'), tree, path);
    made.set(id, await storeLayerCatalogs(id, listing, store.catalog));
  }
  return made;
}
