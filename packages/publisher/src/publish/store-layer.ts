import type { Digest, StoredContent, StoredEntry, StoredListing } from '@depotcast/hydrator/format';
import type { BundledLayer } from '../bundle/open-bundle.js';
import { readLayerTar } from '../bundle/read-layer-tar.js';
import { storeContent, type Workshop } from '../objects/store-content.js';

/** Where contents are or are about to be, by SHA-256; grows as layers are stored. */
export type ContentIndex = Map<Digest, Promise<StoredContent>>;

/**
 * Reads a layer's tar, checks every byte of it, and stores the contents that `contents` does not have.
 * @param onFile told the bytes of each file that has been read
 * @throws DepotError `bad-format` or `bad-digest`, naming the tar and the entry; `storage`
 */
export async function storeLayer(
  layer: BundledLayer,
  contents: ContentIndex,
  workshop: Workshop,
  onFile: (bytes: number) => void,
): Promise<StoredListing> {
  for await (const { entry, content } of readLayerTar(layer.tar, layer.listing)) {
    if (contents.has(entry.sha256)) await drain(content);
    else contents.set(entry.sha256, (await storeContent(content, entry.size, workshop)).done);
    onFile(entry.size);
  }
  return Promise.all(layer.listing.map(async (entry) => withContent(entry, contents)));
}

/** Reading checks the content, also where nothing is kept of it. */
async function drain(content: AsyncIterable<Uint8Array>): Promise<void> {
  const reader = content[Symbol.asyncIterator]();
  while ((await reader.next()).done !== true);
}

async function withContent(
  entry: BundledLayer['listing'][number],
  contents: ContentIndex,
): Promise<StoredEntry> {
  if (entry.type !== 'file') return entry;
  const content = await contents.get(entry.sha256);
  if (content === undefined) throw new Error(`${entry.path} was not stored`);
  return { ...entry, content };
}
