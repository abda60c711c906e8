import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrustedRepository } from '@depotcast/hydrator';
import { type ReleaseLayer, repository } from '@depotcast/hydrator/format';
import pLimit from 'p-limit';
import { parseHash } from '../cvmfs/read/any-hash.js';
import { isMissing } from '../files/missing.js';
import type { Copier } from './copier.js';

/** Objects copied at a time. */
const CONCURRENCY = 8;

export interface LayerEvents {
  /** Told the bytes that will be reported as files, all in all. */
  readonly onTotal: (bytes: number) => void;
  readonly onLayer: (layer: ReleaseLayer) => void;
  /** Bytes of one more file that is there. */
  readonly onFile: (bytes: number) => void;
}

/**
 * Copies the layers that the destination lacks: the objects, then the listing that names them, so that a layer whose
 * listing is there is whole.
 * @throws DepotError as reading a trusted repository does
 */
export async function mirrorLayers(
  trusted: TrustedRepository,
  layers: readonly ReleaseLayer[],
  copier: Copier,
  events: LayerEvents,
): Promise<void> {
  const known = await Promise.all(layers.map((layer) => hasListing(layer, copier)));
  const missing = layers.filter((_, index) => known[index] === false);
  events.onTotal(missing.reduce((sum, { bytes }) => sum + bytes, 0));
  for (const layer of missing) {
    events.onLayer(layer);
    const files = (await trusted.listing(layer)).filter((entry) => entry.type === 'file');
    await pLimit(CONCURRENCY).map(files, async ({ content, size, path }) => {
      const kind = content.pieces.length > 1 ? 'P' : '';
      for (const { hash } of content.pieces) {
        await copier.object(parseHash(`${hash}-shake128`, path), kind);
      }
      events.onFile(size);
    });
    await copier.writer.sync();
    const path = repository.listing(layer.tree);
    await copier.write(path, await copier.source.read(path, layer.listing.size));
  }
}

async function hasListing({ tree, listing }: ReleaseLayer, { writer }: Copier): Promise<boolean> {
  try {
    const bytes = await readFile(join(writer.root, repository.listing(tree)));
    return createHash('sha256').update(bytes).digest('hex') === listing.sha256;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
