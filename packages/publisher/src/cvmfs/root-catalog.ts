import { type ReleaseLayer, tree } from '@depotcast/hydrator/format';
import type { Selection } from '../export/select-releases.js';
import { distinctLayers, writeNamespace } from '../export/write-namespace.js';
import type { OpenRepository } from '../repository/open-repository.js';
import { type LayerCatalogs, mountLayers } from './mount-layers.js';
import type { NamespaceStore } from './namespace-store.js';
import type { PreviousRevision } from './previous-revision.js';
import { type Catalog, makeCatalog } from './write/catalog.js';
import { below } from './write/catalog-path.js';
import { storeLayerCatalogs } from './write/layer-catalogs.js';
import { TIME_TO_LIVE } from './write/manifest.js';
import { Namespace } from './write/namespace.js';

export interface Revision {
  readonly number: number;
  /** Seconds since the epoch. */
  readonly time: number;
}

export interface RootContext {
  readonly previous: PreviousRevision | undefined;
  readonly revision: Revision;
  readonly store: NamespaceStore;
  readonly hydrator: Buffer;
  readonly layers?: LayerCatalogs;
}

/** Makes the catalog of all that nodes see beside the layers, in which the layers' own catalogs are mounted. */
export async function makeRootCatalog(
  opened: OpenRepository,
  selection: Selection,
  { previous, revision, store, hydrator, layers }: RootContext,
): Promise<Catalog> {
  const { trusted } = opened;
  const namespace = new Namespace(store.file);
  for (const path of [tree.channels, tree.releases, tree.layers]) namespace.directory(below('', path));
  await writeNamespace(opened, selection, hydrator, namespace);
  const make = async (layer: ReleaseLayer) =>
    layers?.get(layer.id) ?? storeLayerCatalogs(layer.id, await trusted.listing(layer), store.catalog);
  const mounted = await mountLayers(distinctLayers(selection.releases), previous, trusted.source, make);
  for (const { path } of mounted.nested) namespace.directory(path);
  return makeCatalog({
    root: '',
    entries: namespace.entries(),
    ...mounted,
    properties: {
      revision: String(revision.number),
      last_modified: String(revision.time),
      TTL: String(TIME_TO_LIVE),
      ...(previous && { previous_revision: previous.manifest.catalog }),
    },
  });
}
