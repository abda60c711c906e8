import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { type AnyHash, hashLike, type ObjectKind, pathOfObject } from './any-hash.js';
import type { ReadEntry } from './catalog-entry.js';

const inflateAsync = promisify(inflate);

/**
 * Reads a file as a client does, each object checked against its name. For files that are small enough to hold.
 * @throws DepotError `not-found`, `bad-digest` or `bad-format`
 */
export async function readFileContent(source: Source, entry: ReadEntry): Promise<Buffer> {
  const pieces = entry.chunked ? entry.chunks : [{ hash: entry.hash, size: entry.size }];
  const parts: Buffer[] = [];
  for (const { hash, size } of pieces) {
    if (hash === undefined) throw new DepotError('bad-format', `${entry.name}: has no content`);
    parts.push(await readPiece(source, hash, size, entry));
  }
  return Buffer.concat(parts);
}

async function readPiece(source: Source, hash: AnyHash, size: number, entry: ReadEntry): Promise<Buffer> {
  const kind: ObjectKind = entry.chunked ? 'P' : '';
  const where = `${source.location}/${pathOfObject(hash, kind)}`;
  const stored = await source.read(pathOfObject(hash, kind), Number.MAX_SAFE_INTEGER);
  const actual = hashLike(hash, stored);
  if (actual !== hash) throw new DepotError('bad-digest', `${where}: expected ${hash}, got ${actual}`);
  const bytes = entry.raw ? stored : await unpack(stored, size, where);
  if (bytes.length === size) return bytes;
  throw new DepotError('bad-format', `${where}: expected ${size} bytes of content, got ${bytes.length}`);
}

async function unpack(stored: Buffer, size: number, where: string): Promise<Buffer> {
  try {
    return await inflateAsync(stored, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    throw new DepotError('bad-format', `${where}: ${(cause as Error).message}`, { cause });
  }
}
