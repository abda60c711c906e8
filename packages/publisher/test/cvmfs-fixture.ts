import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { deflateSync } from 'node:zlib';
import type { Source } from '@depotcast/hydrator';
import {
  comparePaths,
  DepotError,
  type Digest,
  layerIdOf,
  type ObjectHash,
  parseRelativePath,
  type StoredEntry,
  type StoredListing,
} from '@depotcast/hydrator/format';
import { type AnyHash, pathOfObject } from '../src/cvmfs/read/any-hash.js';
import type { PlacedEntry } from '../src/cvmfs/read/check-catalog.js';
import { checkTree } from '../src/cvmfs/read/check-tree.js';
import type { NestedCatalog } from '../src/cvmfs/write/catalog.js';

export const LAYER = layerIdOf('sources', { for: 'catalog tests' });
export const LAYER_ROOT = `/layers/${LAYER}`;

/** Objects in memory: catalogs are stored into it and read back from it. */
export class MemoryRepository implements Source {
  readonly location = 'memory:';
  readonly files = new Map<string, Buffer>();

  readonly storeCatalog = (bytes: Uint8Array): Promise<ObjectHash> => {
    const stored = deflateSync(bytes);
    const hash = createHash('shake128', { outputLength: 20 }).update(stored).digest('hex') as ObjectHash;
    this.files.set(pathOfObject(spelled(hash), 'C'), stored);
    return Promise.resolve(hash);
  };

  read(path: string): Promise<Buffer> {
    const bytes = this.files.get(path);
    if (bytes !== undefined) return Promise.resolve(bytes);
    return Promise.reject(new DepotError('not-found', `${this.location}/${path}: no such file`));
  }

  async stream(path: string): Promise<Readable> {
    return Readable.from([await this.read(path)], { objectMode: false });
  }
}

/** Reads a tree of catalogs back. */
export async function readBack(repository: Source, { path, hash, size }: NestedCatalog) {
  const entries = new Map<string, PlacedEntry>();
  const catalogs: string[] = [];
  const problems: string[] = [];
  const totals = await checkTree(
    repository,
    { path, hash: spelled(hash), size },
    {
      onProblem: (message) => problems.push(message),
      onCatalog: (root, found) => {
        catalogs.push(root);
        // A mountpoint is met before the root that replaces it.
        for (const entry of found) entries.set(entry.path, entry);
        return Promise.resolve();
      },
    },
  );
  return { entries, catalogs, problems, totals };
}

export function directory(path: string): StoredEntry {
  return { type: 'directory', path: parseRelativePath(path, 'test') };
}

export function link(path: string, target: string): StoredEntry {
  return { type: 'symlink', path: parseRelativePath(path, 'test'), target };
}

interface FileOptions {
  readonly executable?: boolean;
  readonly raw?: boolean;
  /** Sizes of its pieces. */
  readonly pieces?: readonly number[];
}

/** A file whose objects exist in name only. */
export function file(path: string, options: FileOptions = {}): StoredEntry {
  const { executable = false, raw = false, pieces = [path.length] } = options;
  return {
    type: 'file',
    path: parseRelativePath(path, 'test'),
    executable,
    size: pieces.reduce((sum, size) => sum + size, 0),
    sha256: createHash('sha256').update(path).digest('hex') as Digest,
    content: {
      compression: raw ? 'raw' : 'zlib',
      pieces: pieces.map((size, index) => ({ size, hash: fakeHash(`${path} ${index}`) })),
    },
  };
}

export function listing(...entries: StoredEntry[]): StoredListing {
  return entries.sort((a, b) => comparePaths(a.path, b.path));
}

export function fakeHash(text: string): ObjectHash {
  return createHash('sha1').update(text).digest('hex') as ObjectHash;
}

function spelled(hash: ObjectHash): AnyHash {
  return `${hash}-shake128` as AnyHash;
}
