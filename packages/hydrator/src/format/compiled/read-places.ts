import type { Image } from '../image.js';
import { isPathBound } from '../julia-version.js';
import type { Listing, ListingEntry } from '../listing.js';
import { crcOf } from './cache-file.js';
import type { Crc32c } from './crc32c.js';
import type { PlacedCache, SourcePlace } from './image-facts.js';
import { locateSource } from './locate-source.js';
import type { ReadableLayer } from './read-compiled.js';

/**
 * Adds the checksums of what an image's caches name in its layers. Julia before 1.11 records none to compare them with.
 */
export async function addChecksums(
  places: readonly OpenPlace[],
  prefix: string,
  image: Image,
  caches: readonly PlacedCache[],
  crc: Crc32c,
): Promise<void> {
  if (isPathBound(image.julia.version)) return;
  const paths = new Set(caches.flatMap(({ header }) => header.sources.map(({ path }) => path)));
  for (const path of paths) {
    const located = locateSource(path, { image, prefix, places });
    if (typeof located === 'string' || located.entry === undefined) continue;
    const { checksums, content } = located.place;
    if (checksums.has(located.entry.path)) continue;
    checksums.set(located.entry.path, await checksumOf(located.entry, content, crc));
  }
}

/** A place that is being read. */
export interface OpenPlace extends SourcePlace {
  readonly content: ReadableLayer;
  readonly checksums: Map<string, number>;
}

async function checksumOf(entry: ListingEntry, layer: ReadableLayer, crc: Crc32c): Promise<number> {
  if (entry.type === 'file') return crcOf(layer.open(entry.path), 0, entry.size, crc);
  return crc
    .reset()
    .update(Buffer.from(namesIn(entry.path, layer.listing).join('')))
    .value();
}

/** A folder counts by the names in it, sorted. */
function namesIn(folder: string, listing: Listing): string[] {
  return listing.flatMap(({ path }) => {
    const cut = path.lastIndexOf('/');
    return path.slice(0, Math.max(0, cut)) === folder ? [path.slice(cut + 1)] : [];
  });
}
