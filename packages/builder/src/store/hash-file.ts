import type { Digest } from '@depotcast/hydrator/format';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of a file, read in pieces: image files are larger than what should be held in memory. */
export async function hashFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: READ_BYTES }), hash);
  return hash.digest('hex') as Digest;
}

const READ_BYTES = 1 << 20;
