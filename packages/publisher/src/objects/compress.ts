import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

const deflateAsync = promisify(deflate);

/** A zlib stream of level 6, as CernVM-FS' own tools write, made in node's thread pool. */
export async function compress(content: Uint8Array): Promise<Buffer> {
  // Room for the worst case in one output buffer: further ones would be joined by a copy, and pages that stay untouched
  // cost nothing.
  const chunkSize = content.length + (content.length >> 10) + 64;
  return deflateAsync(content, { level: 6, chunkSize });
}
