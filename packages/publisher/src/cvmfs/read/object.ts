import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { type AnyHash, hashLike, type ObjectKind, pathOfObject } from './any-hash.js';

const inflateAsync = promisify(inflate);

/** Bytes, stored and unpacked: CernVM-FS' own limit for a catalog. */
const MAX_BYTES = 1024 * 1024 * 1024;

/**
 * Reads a compressed object and checks it against its name.
 * @throws DepotError `not-found`, `bad-digest`, or `bad-format` for what is no zlib stream
 */
export async function readObject(source: Source, hash: AnyHash, kind: ObjectKind): Promise<Buffer> {
  const path = pathOfObject(hash, kind);
  const where = `${source.location}/${path}`;
  const stored = await source.read(path, MAX_BYTES);
  const actual = hashLike(hash, stored);
  if (actual !== hash) throw new DepotError('bad-digest', `${where}: expected ${hash}, got ${actual}`);
  try {
    return await inflateAsync(stored, { maxOutputLength: MAX_BYTES });
  } catch (cause) {
    throw new DepotError('bad-format', `${where}: ${(cause as Error).message}`, { cause });
  }
}
