import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import pLimit from 'p-limit';
import { DepotError } from '../format/index.js';

/** Reads at a time. */
const CONCURRENCY = 8;
/** Bytes of one read: long files are read in several places at once, as a network's latency is what costs. */
const RANGE = 8 * 1024 * 1024;

/**
 * Reads files to their end, many at a time, and keeps nothing: what caches them on the way has them then.
 * @param files below `root`, with their sizes in bytes
 * @throws DepotError `unreachable` for the first that cannot be read
 */
export async function readFiles(
  root: string,
  files: readonly { readonly path: string; readonly size: number }[],
): Promise<void> {
  const limit = pLimit(CONCURRENCY);
  const ranges = files.flatMap(({ path, size }) =>
    Array.from({ length: Math.ceil(size / RANGE) }, (_, index) => ({
      path: join(root, path),
      start: index * RANGE,
    })),
  );
  try {
    await Promise.all(ranges.map(({ path, start }) => limit(readRange, path, start)));
  } finally {
    limit.clearQueue();
  }
}

async function readRange(path: string, start: number): Promise<void> {
  const stream = createReadStream(path, { start, end: start + RANGE - 1, highWaterMark: 1024 * 1024 });
  try {
    await finished(stream.resume());
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new DepotError('unreachable', `${path}: cannot be read (${code})`, { cause });
  }
}
