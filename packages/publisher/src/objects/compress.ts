import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

const deflateAsync = promisify(deflate);

const MIB = 1024 * 1024;

/** A zlib stream of level 6, as CernVM-FS' own tools write, made in node's thread pool. */
export async function compress(content: Uint8Array): Promise<Buffer> {
  // One output buffer for a small content, few for a large one: each costs a turn of the event loop.
  const chunkSize = Math.min(MIB, content.length + (content.length >> 10) + 64);
  return deflateAsync(content, { level: 6, chunkSize });
}
