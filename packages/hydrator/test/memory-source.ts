import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { deflateSync } from 'node:zlib';
import {
  checkListing,
  comparePaths,
  DepotError,
  type Digest,
  digestOf,
  objectPathsOf,
  parseRelativePath,
  type ReleaseLayer,
  renderStoredListing,
  type StoredEntry,
  type StoredFileEntry,
  treeDigestOf,
} from '../src/format/index.js';
import type { LayerId, ObjectHash, StoredListing } from '../src/format/index.js';
import type { Source } from '../src/source/source.js';

/** A source whose files a test can read, count and damage. */
export class MemorySource implements Source {
  readonly location = 'memory:';
  readonly files = new Map<string, Buffer>();
  readonly reads: string[] = [];

  async read(path: string, maxBytes: number): Promise<Buffer> {
    const bytes = await Promise.resolve().then(() => this.#get(path));
    if (bytes.length <= maxBytes) return bytes;
    throw new DepotError('bad-format', `${path}: too long`);
  }

  stream(path: string): Promise<Readable> {
    return Promise.resolve().then(() => Readable.from([this.#get(path)], { objectMode: false }));
  }

  #get(path: string): Buffer {
    this.reads.push(path);
    const bytes = this.files.get(path);
    if (bytes === undefined) throw new DepotError('not-found', `memory:/${path}: no such file`);
    return bytes;
  }
}

/** Stores a file's pieces in `source` and describes it. */
export function storeFile(
  source: MemorySource,
  path: string,
  pieces: readonly Buffer[],
  options: { executable?: boolean; raw?: boolean } = {},
): StoredFileEntry {
  const stored = pieces.map((piece) => (options.raw === true ? piece : deflateSync(piece)));
  const content = {
    compression: options.raw === true ? ('raw' as const) : ('zlib' as const),
    pieces: stored.map((bytes, index) => ({
      hash: createHash('shake128', { outputLength: 20 }).update(bytes).digest('hex') as ObjectHash,
      size: pieces[index]?.length ?? 0,
    })),
  };
  objectPathsOf(content).forEach((object, index) => source.files.set(object, stored[index] ?? Buffer.of()));
  const whole = Buffer.concat(pieces);
  const sha256 = createHash('sha256').update(whole).digest('hex') as Digest;
  const checked = parseRelativePath(path, 'test');
  return {
    type: 'file',
    path: checked,
    executable: options.executable ?? false,
    size: whole.length,
    sha256,
    content,
  };
}

export function directory(path: string): StoredEntry {
  return { type: 'directory', path: parseRelativePath(path, 'test') };
}

export function link(path: string, target: string): StoredEntry {
  return { type: 'symlink', path: parseRelativePath(path, 'test'), target };
}

export function layerOf(entries: readonly StoredEntry[]): { layer: ReleaseLayer; listing: StoredListing } {
  const listing = checkListing(
    [...entries].sort((a, b) => comparePaths(a.path, b.path)),
    'test',
  );
  const text = renderStoredListing(listing);
  const layer: ReleaseLayer = {
    id: `sources-${'7'.repeat(32)}` as LayerId,
    kind: 'sources',
    tree: treeDigestOf(listing),
    listing: { sha256: digestOf(text), size: Buffer.byteLength(text) },
    files: listing.length,
    bytes: 0,
  };
  return { layer, listing };
}
