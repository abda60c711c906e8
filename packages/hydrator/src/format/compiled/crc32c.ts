import { createCRC32 } from 'hash-wasm';

/** CRC-32C (Castagnoli), Julia's checksum of all that it compiles. Reflected, as RFC 3720 has it. */
const POLYNOMIAL = 0x82f63b78;

/** One checksum at a time; made once, because each instance holds a WebAssembly memory of its own. */
export interface Crc32c {
  /** Begins a checksum anew. */
  reset(): Crc32c;
  update(bytes: Uint8Array): Crc32c;
  /** The checksum of what was given since the last reset, as an unsigned number. */
  value(): number;
}

export async function createCrc32c(): Promise<Crc32c> {
  const hasher = await createCRC32(POLYNOMIAL);
  const crc: Crc32c = {
    reset: () => {
      hasher.init();
      return crc;
    },
    update: (bytes) => {
      hasher.update(bytes);
      return crc;
    },
    value: () => Buffer.from(hasher.digest('binary')).readUInt32BE(),
  };
  return crc.reset();
}
