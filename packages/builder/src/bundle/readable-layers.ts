import type { ByteSource, FileEntry, LayerId, ReadableLayer } from '@depotcast/hydrator/format';
import { type FileHandle, open } from 'node:fs/promises';
import type { VerifiedLayer } from './verify-layer.js';

/** Opens the tars of verified layers, for as long as `use` runs. */
export async function withReadableLayers<T>(
  layers: ReadonlyMap<LayerId, VerifiedLayer>,
  use: (layers: ReadonlyMap<LayerId, ReadableLayer>) => Promise<T>,
): Promise<T> {
  const handles: FileHandle[] = [];
  try {
    const readable = new Map<LayerId, ReadableLayer>();
    for (const [id, layer] of layers) {
      const handle = await open(layer.tar);
      handles.push(handle);
      readable.set(id, readableLayer(layer, handle));
    }
    return await use(readable);
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
  }
}

function readableLayer({ listing, offsets, tar }: VerifiedLayer, handle: FileHandle): ReadableLayer {
  const files = new Map(
    listing.flatMap((entry): [string, FileEntry][] => (entry.type === 'file' ? [[entry.path, entry]] : [])),
  );
  return {
    listing,
    open: (path) => {
      const [file, start] = [files.get(path), offsets.get(path)];
      if (file === undefined || start === undefined) throw new Error(`${tar}: no file ${path}`);
      return fileInTar(handle, start, file.size);
    },
  };
}

function fileInTar(handle: FileHandle, start: number, size: number): ByteSource {
  return {
    size,
    read: async (position, length) => {
      const wanted = Math.max(0, Math.min(length, size - position));
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, start + position);
      return buffer.subarray(0, bytesRead);
    },
  };
}
