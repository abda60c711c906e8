import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource, Listing, ReadableLayer, RelativePath } from '@depotcast/hydrator/format';
import type { BundledLayer } from '../bundle/open-bundle.js';
import { readLayerTar } from '../bundle/read-layer-tar.js';

interface OpenTar {
  readonly handle: FileHandle;
  /** Where the content of each file begins. */
  readonly offsets: ReadonlyMap<string, number>;
}

/** A bundle's layer whose tar is opened when a file of it is first read. */
export class TarLayer implements ReadableLayer {
  #opened: Promise<OpenTar> | undefined;

  constructor(private readonly layer: BundledLayer) {}

  get listing(): Listing {
    return this.layer.listing;
  }

  open(path: RelativePath): ByteSource {
    const entry = this.listing.find((item) => item.path === path);
    const size = entry?.type === 'file' ? entry.size : 0;
    return {
      size,
      read: async (position, length) => {
        this.#opened ??= openTar(this.layer);
        const { handle, offsets } = await this.#opened;
        const wanted = Math.max(0, Math.min(length, size - position));
        const start = (offsets.get(path) ?? 0) + position;
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, start);
        return buffer.subarray(0, bytesRead);
      },
    };
  }

  async close(): Promise<void> {
    await (await this.#opened)?.handle.close();
  }
}

/** @throws DepotError `not-found`, or `bad-format` or `bad-digest` for a tar that is not what its listing says */
async function openTar({ tar, listing, kind }: BundledLayer): Promise<OpenTar> {
  const offsets = new Map<string, number>();
  for await (const { entry, offset, content } of readLayerTar(tar, listing)) {
    offsets.set(entry.path, offset);
    // A system image is large, and read only once more when it is stored: its own checksum tells whether it is damaged.
    if (kind === 'sysimage') break;
    const reader = content[Symbol.asyncIterator]();
    while ((await reader.next()).done !== true);
  }
  return { handle: await open(tar), offsets };
}
