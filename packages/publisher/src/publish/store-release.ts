import { availableParallelism } from 'node:os';
import { type LayerId, renderStoredListing, repository } from '@depotcast/hydrator/format';
import type { BundledLayer } from '../bundle/open-bundle.js';
import type { DurableWriter } from '../files/durable-writer.js';
import { sha256Of } from '../files/sha256.js';
import { DirectoryObjectStore } from '../objects/directory-object-store.js';
import { WorkPool } from '../objects/work-pool.js';
import { assembleRelease, type AssembledRelease, type StoredLayer } from '../plan/assemble-release.js';
import { amountOf, filesOf } from '../plan/plan-publish.js';
import type { Preparation } from './prepare.js';
import { storeLayer } from './store-layer.js';

/** Bytes of content in memory at a time. What compresses them, and freed memory not yet collected, comes on top. */
const MAX_BYTES_IN_FLIGHT = 32 * 1024 * 1024;

export interface StoreEvents {
  /** Told the bytes that will be reported as files, all in all. */
  readonly onTotal: (bytes: number) => void;
  readonly onLayer: (layer: BundledLayer) => void;
  /** Bytes of one more file that has been read. */
  readonly onFile: (bytes: number) => void;
}

/**
 * Stores a bundle's new layers, objects before the listings that name them, and assembles the release. Nothing refers to
 * what was stored until a revision with the release is committed.
 * @throws DepotError as {@link storeLayer} does
 */
export async function storeRelease(
  { bundle, plan, known, stored }: Preparation,
  writer: DurableWriter,
  events: StoreEvents,
): Promise<AssembledRelease> {
  const workshop = {
    store: new DirectoryObjectStore(writer),
    pool: new WorkPool({ concurrency: availableParallelism(), maxBytes: MAX_BYTES_IN_FLIGHT }),
  };
  const contents = new Map([...stored].map(([digest, content]) => [digest, Promise.resolve(content)]));
  const layers = new Map<LayerId, StoredLayer>(known);
  const fresh = bundle.layers.filter(({ id }) => !known.has(id));
  events.onTotal(fresh.reduce((sum, { bytes }) => sum + bytes, 0));
  for (const layer of fresh) {
    events.onLayer(layer);
    const text = renderStoredListing(await storeLayer(layer, contents, workshop, events.onFile));
    await writer.write(repository.listing(layer.tree), text);
    const listing = { sha256: sha256Of(text), size: Buffer.byteLength(text) };
    layers.set(layer.id, { listing, ...amountOf(filesOf(layer)) });
  }
  return assembleRelease(plan.release.name, bundle, layers);
}
