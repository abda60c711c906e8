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

/** The end of a stored listing's file line: SHA-256 of the content, compression, pieces. */
const FILE_LINE = /\t([0-9a-f]{64})\t(zlib|raw)\t([^\t\n]*)$/gm;

/**
 * Looks through the stored listings of published layers for contents that a new layer has as well. Listings are read
 * part by part, and nothing but what is wanted stays in memory.
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
  for await (const text of readWholeLines(await source.stream(path), hash)) {
    for (const [, sha256 = '', compression = '', pieces = ''] of text.matchAll(FILE_LINE)) {
      if (wanted.has(sha256 as Digest)) found.set(sha256 as Digest, parseContent(compression, pieces, where));
    }
  }
  const actual = hash.digest('hex');
  if (actual === layer.listing.sha256) return found;
  throw new DepotError('bad-digest', `${where}: expected SHA-256 ${layer.listing.sha256}, got ${actual}`);
}

/** Many lines at a time, read as bytes: what is looked for in them is ASCII. */
async function* readWholeLines(chunks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    hash.update(chunk);
    const text = rest + chunk.toString('latin1');
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    yield text.slice(0, end);
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
