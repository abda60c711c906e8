import { createCipheriv, createHash } from 'node:crypto';

/** Bytes that no compressor makes smaller, the same for the same seed on every machine. */
export function noise(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}
