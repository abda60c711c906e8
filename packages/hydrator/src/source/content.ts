import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createInflate } from 'node:zlib';
import { type Digest, DepotError, objectPathsOf, type Piece, type StoredFileEntry } from '../format/index.js';
import { createObjectHasher } from './object-hash.js';
import type { Source } from './source.js';

/** Several times faster than zlib's default of 16 KiB. */
const INFLATE_CHUNK = 256 * 1024;

/**
 * A file's bytes out of its objects, verified on the way: each object against its name, its inflated size against the
 * signed size before a byte too many is handed on, and the whole against the file's SHA-256.
 *
 * The last check comes after the last byte: use what was read only once the iteration has ended without an error.
 * @throws DepotError `bad-digest`, `not-found`, `unreachable`, naming the object.
 */
export async function* readContent(source: Source, file: StoredFileEntry): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const paths = objectPathsOf(file.content);
  for (const [index, piece] of file.content.pieces.entries()) {
    for await (const chunk of readPiece(source, paths[index] ?? '', piece, file.content.compression)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  const actual = hash.digest('hex') as Digest;
  if (actual !== file.sha256) {
    throw new DepotError('bad-digest', `${file.path}: expected SHA-256 ${file.sha256}, got ${actual}`);
  }
}

/**
 * One piece of a file's content, verified as {@link readContent} does it.
 * @throws DepotError as {@link readContent}
 */
export async function* readPiece(
  source: Source,
  path: string,
  piece: Piece,
  compression: 'zlib' | 'raw',
): AsyncGenerator<Buffer> {
  const where = `${source.location}/${path}`;
  const hasher = createObjectHasher();
  const stored = hashing(await source.stream(path), hasher, maxStoredBytes(piece.size), where);
  let size = 0;
  try {
    for await (const chunk of compression === 'raw' ? stored : inflate(stored)) {
      size += chunk.length;
      if (size > piece.size) break;
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof DepotError) throw cause;
    throw new DepotError('bad-digest', `${where}: damaged: ${(cause as Error).message}`, { cause });
  }
  if (size !== piece.size) {
    throw new DepotError(
      'bad-digest',
      `${where}: expected ${piece.size} bytes of content, got ${size > piece.size ? 'more' : size}`,
    );
  }
  const actual = hasher.digest();
  if (actual !== piece.hash) {
    throw new DepotError('bad-digest', `${where}: expected SHAKE-128 ${piece.hash}, got ${actual}`);
  }
}

/** More than zlib ever makes of so many bytes. */
function maxStoredBytes(size: number): number {
  return size + Math.ceil(size / 1000) + 64;
}

async function* hashing(
  chunks: AsyncIterable<Buffer>,
  hasher: { update(chunk: Uint8Array): void },
  maxBytes: number,
  where: string,
): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > maxBytes) throw new DepotError('bad-digest', `${where}: longer than its content can be`);
    hasher.update(chunk);
    yield chunk;
  }
}

function inflate(stored: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const input = Readable.from(stored, { objectMode: false });
  const output = createInflate({ chunkSize: INFLATE_CHUNK });
  input.on('error', (error) => output.destroy(error));
  output.on('close', () => input.destroy());
  return input.pipe(output);
}
