import { GEAR, GEAR_WINDOW } from './gear.js';

const MIB = 1024 * 1024;

export interface PieceBounds {
  /** Bytes; at least {@link GEAR_WINDOW}. */
  readonly minimum: number;
  /** Bytes. */
  readonly maximum: number;
  /** A cut needs this many zero bits at the hash's top: one place in 2 to this power, beyond the minimum. */
  readonly zeroBits: number;
}

/** 4 MiB at least, 16 MiB at most, 8 MiB on average. */
export const PIECE_BOUNDS: PieceBounds = { minimum: 4 * MIB, maximum: 16 * MIB, zeroBits: 22 };

/**
 * Cuts a byte stream where its content says so, so that equal stretches of two files become equal pieces wherever they
 * stand: a piece ends after the first byte, from the minimum on, at which the gear hash of the last 32 bytes,
 * h = 2h + GEAR[byte] modulo 2^32, has its top bits zero; at the maximum it ends in any case.
 */
export class CutFinder {
  #length = 0;
  #hash = 0;

  constructor(private readonly bounds: PieceBounds = PIECE_BOUNDS) {}

  /**
   * Takes the next bytes of the stream.
   * @returns how many of `bytes` belong to the piece that ends among them; the rest is to be given again. Undefined
   * when no piece ends among them.
   */
  find(bytes: Uint8Array): number | undefined {
    const { minimum, maximum, zeroBits } = this.bounds;
    const end = Math.min(bytes.length, maximum - this.#length);
    // No cut can lie below the minimum: hashing begins one window before it.
    const start = Math.max(0, minimum - GEAR_WINDOW - this.#length);
    const firstCut = minimum - this.#length - 1;
    const shift = 32 - zeroBits;
    let hash = this.#hash;
    for (let index = start; index < end; index++) {
      hash = ((hash << 1) + (GEAR[bytes[index] as number] as number)) | 0;
      if (hash >>> shift === 0 && index >= firstCut) return this.#endPiece(index + 1);
    }
    if (this.#length + end === maximum) return this.#endPiece(end);
    this.#length += end;
    this.#hash = hash;
    return undefined;
  }

  #endPiece(length: number): number {
    this.#length = 0;
    this.#hash = 0;
    return length;
  }
}
