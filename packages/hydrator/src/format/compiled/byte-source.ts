/** Bytes at a place where any part can be read: a file, or a file inside a tar. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** The bytes from `position` on: `length` of them, or fewer where the source ends. */
  read(position: number, length: number): Promise<Buffer>;
}

const PIECE_BYTES = 1024 * 1024;

/** A range of a source, in pieces of a bounded size. */
export async function* piecesOf(source: ByteSource, from: number, to: number): AsyncGenerator<Buffer> {
  for (let at = from; at < to; at += PIECE_BYTES) {
    yield await source.read(at, Math.min(PIECE_BYTES, to - at));
  }
}
