import { createHash } from 'node:crypto';

/**
 * The 256 words of the rolling hash: word i is the first four bytes, big-endian, of the SHA-256 of the ASCII text
 * `depotcast-gear/1 <i>`, with i in decimal.
 */
export const GEAR: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) =>
  createHash('sha256').update(`depotcast-gear/1 ${index}`).digest().readUInt32BE(0),
);

/** Bytes that a hash depends on: each step shifts a 32-bit word by one, so older bytes have left it. */
export const GEAR_WINDOW = 32;
