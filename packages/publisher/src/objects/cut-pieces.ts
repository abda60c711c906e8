import { CutFinder, PIECE_BOUNDS, type PieceBounds } from './cut-finder.js';

/**
 * Gathers a byte stream into content-defined pieces; together they are the stream. Holds one piece at a time; each
 * piece handed out is the receiver's own.
 */
export async function* cutPieces(
  content: AsyncIterable<Uint8Array>,
  bounds: PieceBounds = PIECE_BOUNDS,
): AsyncGenerator<Buffer> {
  const finder = new CutFinder(bounds);
  // Slow means outside node's pool: memory that is never written to is never resident.
  let piece = Buffer.allocUnsafeSlow(bounds.maximum);
  let filled = 0;
  for await (const chunk of content) {
    let rest = chunk;
    for (let cut = finder.find(rest); cut !== undefined; cut = finder.find(rest)) {
      piece.set(rest.subarray(0, cut), filled);
      yield piece.subarray(0, filled + cut);
      rest = rest.subarray(cut);
      piece = Buffer.allocUnsafeSlow(bounds.maximum);
      filled = 0;
    }
    piece.set(rest, filled);
    filled += rest.length;
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
