import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import {
  type Bundle,
  BUNDLE_FILE,
  type BundleLayer,
  bundleListingPath,
  bundleTarPath,
  comparePaths,
  type Digest,
  layerIdOf,
  type ListingEntry,
  parseRelativePath,
  renderJson,
  renderListing,
  treeDigestOf,
} from '@depotcast/hydrator/format';

const CHUNK = 1 << 20;

export interface SyntheticFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** The tree that the stock CernVM-FS tools were measured on: 1.4 GB, mostly in large files. */
export function publishTree(): SyntheticFile[] {
  return [
    ...Array.from({ length: 20_000 }, (_, i) => ({
      path: `small/d${i % 100}/f${i}`,
      size: 1000 + (i % 9000),
    })),
    ...Array.from({ length: 100 }, (_, i) => ({ path: `middle/f${i}`, size: 10 << 20 })),
    { path: 'large', size: 200 << 20 },
  ];
}

/** One file of `bytes` bytes and some small ones. */
export function largeTree(bytes: number): SyntheticFile[] {
  return [
    { path: 'large', size: bytes },
    ...Array.from({ length: 1000 }, (_, i) => ({ path: `small/f${i}`, size: 5000 })),
  ];
}

/** Machine code compresses to about a third; so does this: random bytes spread over a small alphabet, by file name. */
export function* contentOf({ path, size }: SyntheticFile): Generator<Buffer> {
  const key = createHash('sha256').update(path).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  for (let left = size; left > 0; left -= CHUNK) {
    const chunk = cipher.update(Buffer.alloc(Math.min(left, CHUNK)));
    for (let i = 0; i < chunk.length; i++) chunk[i] = (chunk[i] ?? 0) & ((i & 64) === 0 ? 0x0f : 0x03);
    yield chunk;
  }
}

/**
 * Writes a bundle with one layer of these files, and a second layer when `added` has some; memory stays bounded whatever
 * their size.
 */
export async function writeSyntheticBundle(
  directory: string,
  prefix: string,
  files: readonly SyntheticFile[],
  added: readonly SyntheticFile[] = [],
): Promise<void> {
  const own = await writeLayer(directory, 'sources', files);
  const artifacts = added.length === 0 ? [] : [await writeLayer(directory, 'artifacts', added)];
  const bundle: Bundle = {
    format: 'depotcast-bundle/1',
    name: 'synthetic',
    version: '1.0.0',
    prefix,
    pathBound: true,
    environments: [{ name: 'default', sources: own.id, shared: [], project: 'small', packages: [] }],
    images: [
      {
        ...{ environment: 'default', target: 'x86-64', start: 'caches', arch: 'x86_64', requires: [] },
        ...{ cpuTarget: 'generic', flags: [], julia: { version: '1.5.3', identity: '0'.repeat(64) } },
        ...{ compiled: own.id, artifacts: artifacts.map(({ id }) => id), sysimage: null },
      },
    ],
    layers: [...artifacts, own],
  };
  await writeFile(join(directory, BUNDLE_FILE), renderJson(bundle));
}

async function writeLayer(
  directory: string,
  kind: 'sources' | 'artifacts',
  files: readonly SyntheticFile[],
): Promise<BundleLayer> {
  const listing = listingOf(files);
  const tree = treeDigestOf(listing);
  const id = layerIdOf(kind, { tree });
  const tar = join(directory, bundleTarPath({ id }));
  await mkdir(dirname(tar), { recursive: true });
  await writeTar(tar, listing, new Map(files.map((file) => [file.path, file])));
  await writeFile(join(directory, bundleListingPath({ id })), renderListing(listing));
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { id, kind, tree, files: files.length, bytes };
}

function listingOf(files: readonly SyntheticFile[]): ListingEntry[] {
  const directories = new Set(files.flatMap(({ path }) => parents(path)));
  const entries: ListingEntry[] = [
    ...[...directories].map((path) => ({
      type: 'directory' as const,
      path: parseRelativePath(path, 'bench'),
    })),
    ...files.map((file) => {
      const hash = createHash('sha256');
      for (const chunk of contentOf(file)) hash.update(chunk);
      const path = parseRelativePath(file.path, 'bench');
      return {
        type: 'file' as const,
        path,
        executable: false,
        size: file.size,
        sha256: hash.digest('hex') as Digest,
      };
    }),
  ];
  return entries.sort((a, b) => comparePaths(a.path, b.path));
}

async function writeTar(
  path: string,
  listing: readonly ListingEntry[],
  files: ReadonlyMap<string, SyntheticFile>,
): Promise<void> {
  const tar = pack();
  const written = once(tar.pipe(createWriteStream(path)), 'finish');
  for (const entry of listing) await writeEntry(tar, entry, files);
  tar.finalize();
  await written;
}

async function writeEntry(
  tar: Pack,
  entry: ListingEntry,
  files: ReadonlyMap<string, SyntheticFile>,
): Promise<void> {
  const header = { name: entry.path, mtime: new Date(1000), mode: entry.type === 'file' ? 0o444 : 0o555 };
  const file = files.get(entry.path);
  if (file === undefined) {
    tar.entry({ ...header, type: 'directory' });
    return;
  }
  await pipeline(Readable.from(contentOf(file)), tar.entry({ ...header, size: file.size }));
}

function parents(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
