import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  BUNDLE_FILE,
  bundleListingPath,
  bundleTarPath,
  type Digest,
  type LayerKind,
  type ListingEntry,
  parseBundle,
  parseListing,
  renderJson,
  renderListing,
  treeDigestOf,
} from '@depotcast/hydrator/format';
import { extract, type Header, pack } from 'tar-stream';

/** What a file becomes; the same buffer to leave it as it is. */
export type Change = (path: string, content: Buffer) => Buffer;

/** The files of a bundle's layers of one kind, by path. */
export async function readLayers(bundle: string, kind: LayerKind): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const { layers } = parseBundle(await readFile(join(bundle, BUNDLE_FILE), 'utf8'), bundle);
  for (const layer of layers.filter((item) => item.kind === kind)) {
    for (const { header, content } of await readTar(join(bundle, bundleTarPath(layer)))) {
      if (header.type === 'file') files.set(header.name, content);
    }
  }
  return files;
}

/** Changes files of a bundle's layers of one kind, and lists them anew: every byte is as listed, but not as built. */
export async function rewriteLayers(bundle: string, kind: LayerKind, change: Change): Promise<void> {
  const file = join(bundle, BUNDLE_FILE);
  const manifest = parseBundle(await readFile(file, 'utf8'), file);
  for (const layer of manifest.layers.filter((item) => item.kind === kind)) {
    const tar = join(bundle, bundleTarPath(layer));
    const entries = (await readTar(tar)).map(({ header, content }) => {
      const changed = header.type === 'file' ? change(header.name, content) : content;
      return { header: { ...header, size: changed.length }, content: changed };
    });
    const contents = new Map(entries.map(({ header, content }) => [header.name, content]));
    const path = join(bundle, bundleListingPath(layer));
    const listing = parseListing(await readFile(path, 'utf8'), path).map((entry): ListingEntry => {
      const content = entry.type === 'file' ? contents.get(entry.path) : undefined;
      return content === undefined
        ? entry
        : ({ ...entry, size: content.length, sha256: sha256(content) } as ListingEntry);
    });
    await writeFile(path, renderListing(listing));
    await writeTar(tar, entries);
    layer.tree = treeDigestOf(listing);
    layer.bytes = listing.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
  }
  await writeFile(file, renderJson(manifest));
}

interface TarEntry {
  readonly header: Header;
  readonly content: Buffer;
}

async function readTar(file: string): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const entry of createReadStream(file).pipe(extract())) {
    entries.push({ header: entry.header, content: await buffer(entry as AsyncIterable<Uint8Array>) });
  }
  return entries;
}

async function writeTar(file: string, entries: readonly TarEntry[]): Promise<void> {
  const tar = pack();
  const written = once(tar.pipe(createWriteStream(file)), 'finish');
  for (const { header, content } of entries) {
    if (header.type === 'file') tar.entry(header, content);
    else tar.entry(header);
  }
  tar.finalize();
  await written;
}

function sha256(content: Buffer): Digest {
  return createHash('sha256').update(content).digest('hex') as Digest;
}
