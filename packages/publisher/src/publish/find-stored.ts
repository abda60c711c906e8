import { createHash, type Hash } from 'node:crypto';
import type { Source } from '@depotcast/hydrator';
import {
  DepotError,
  type Digest,
  parseObjectHash,
  type ReleaseLayer,
  repository,
  type StoredContent,
} from '@depotcast/hydrator/format';

/**
 * Looks through the stored listings of published layers for contents that a new layer has as well. Listings are read
 * line by line, and nothing but what is wanted stays in memory.
 * @throws DepotError `bad-digest` for a listing that is not the one that was signed
 */
export async function findStored(
  source: Source,
  layers: Iterable<ReleaseLayer>,
  wanted: ReadonlySet<Digest>,
): Promise<Map<Digest, StoredContent>> {
  const found = new Map<Digest, StoredContent>();
  for (const layer of layers) {
    if (found.size === wanted.size) break;
    for (const [digest, content] of await scanListing(source, layer, wanted)) found.set(digest, content);
  }
  return found;
}

async function scanListing(
  source: Source,
  layer: ReleaseLayer,
  wanted: ReadonlySet<Digest>,
): Promise<Map<Digest, StoredContent>> {
  const path = repository.listing(layer.tree);
  const where = `${source.location}/${path}`;
  const hash = createHash('sha256');
  const found = new Map<Digest, StoredContent>();
  for await (const line of readLines(await source.stream(path), hash)) {
    const [, , , sha256, compression, pieces] = line.split('\t');
    if (compression === undefined || pieces === undefined || !wanted.has(sha256 as Digest)) continue;
    found.set(sha256 as Digest, parseContent(compression, pieces, where));
  }
  const actual = hash.digest('hex');
  if (actual === layer.listing.sha256) return found;
  throw new DepotError('bad-digest', `${where}: expected SHA-256 ${layer.listing.sha256}, got ${actual}`);
}

async function* readLines(chunks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    hash.update(chunk);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** The last two fields of a stored listing's file line. */
function parseContent(compression: string, pieces: string, where: string): StoredContent {
  return {
    compression: compression === 'raw' ? 'raw' : 'zlib',
    pieces: pieces.split(',').map((piece) => {
      const [hash = '', size] = piece.split(':');
      return { hash: parseObjectHash(hash, where), size: Number(size) };
    }),
  };
}
