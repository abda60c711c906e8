import type { ObjectSuffix, Piece, StoredContent } from '@depotcast/hydrator/format';
import { compress } from './compress.js';
import { cutPieces } from './cut-pieces.js';
import type { ObjectStore } from './object-store.js';
import type { WorkPool } from './work-pool.js';

/** Bytes; longer contents are cut. More than the longest piece, so that a cut content has two pieces at least. */
export const CUT_ABOVE = 24 * 1024 * 1024;

export interface Workshop {
  readonly store: ObjectStore;
  readonly pool: WorkPool;
}

/** A content that has been read to its end, while parts of it may still be on their way to the store. */
export interface Storing {
  readonly done: Promise<StoredContent>;
}

type Compression = StoredContent['compression'];

interface StoredPiece extends Piece {
  readonly compression: Compression;
}

/**
 * Reads a content of `size` bytes into objects: whole, or in content-defined pieces when it is long. Compressed unless
 * that gains nothing, which a long content's first piece decides for all; an empty content is an empty zlib stream.
 * @throws whatever reading it, or storing an earlier content, threw
 */
export async function storeContent(
  content: AsyncIterable<Uint8Array>,
  size: number,
  workshop: Workshop,
): Promise<Storing> {
  const pieces =
    size > CUT_ABOVE ? await storePieces(content, workshop) : await storeWhole(content, size, workshop);
  const done = join(pieces);
  // Awaited only once a whole layer has been read; until then the pool reports a failure to the reader.
  done.catch(() => undefined);
  return { done };
}

async function storeWhole(
  content: AsyncIterable<Uint8Array>,
  size: number,
  { store, pool }: Workshop,
): Promise<Promise<StoredPiece>[]> {
  await pool.reserve(size);
  const bytes = await gather(content, size);
  return [pool.run(size, () => storePiece(store, bytes, ''))];
}

/** Copies as it reads: parts that were kept would hold on to the larger buffers that they were cut from. */
async function gather(content: AsyncIterable<Uint8Array>, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  for await (const part of content) {
    bytes.set(part, filled);
    filled += part.length;
  }
  return bytes;
}

async function storePieces(
  content: AsyncIterable<Uint8Array>,
  { store, pool }: Workshop,
): Promise<Promise<StoredPiece>[]> {
  const pieces: Promise<StoredPiece>[] = [];
  let decided: Compression | undefined;
  for await (const bytes of cutPieces(content)) {
    await pool.reserve(bytes.length);
    const as = decided;
    const piece = pool.run(bytes.length, () => storePiece(store, bytes, 'P', as));
    pieces.push(piece);
    decided ??= (await piece).compression;
  }
  return pieces;
}

async function storePiece(
  store: ObjectStore,
  bytes: Uint8Array,
  suffix: ObjectSuffix,
  decided?: Compression,
): Promise<StoredPiece> {
  const { compression, stored } = await pack(bytes, decided);
  return { compression, hash: await store.put(stored, suffix), size: bytes.length };
}

async function pack(
  bytes: Uint8Array,
  decided?: Compression,
): Promise<{ readonly compression: Compression; readonly stored: Uint8Array }> {
  if (decided === 'raw') return { compression: 'raw', stored: bytes };
  const compressed = await compress(bytes);
  if (decided === undefined && bytes.length > 0 && compressed.length >= bytes.length) {
    return { compression: 'raw', stored: bytes };
  }
  return { compression: 'zlib', stored: compressed };
}

async function join(pieces: readonly Promise<StoredPiece>[]): Promise<StoredContent> {
  const stored = await Promise.all(pieces);
  const compression = stored[0]?.compression ?? 'zlib';
  return { compression, pieces: stored.map(({ hash, size }) => ({ hash, size })) };
}
