import {
  type BundleLayer,
  bundleListingPath,
  bundleTarPath,
  DepotError,
  digestOf,
  type Listing,
  type ListingEntry,
  parseListing,
} from '@depotcast/hydrator/format';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { tarHeader } from './write-tar.js';

/** A layer of a bundle of which every byte has been read. */
export interface VerifiedLayer {
  readonly listing: Listing;
  readonly tar: string;
  /** By path, where a file's content begins in the tar. */
  readonly offsets: ReadonlyMap<string, number>;
}

/**
 * Reads a bundle's layer again, listing and tar, byte by byte.
 * @throws DepotError `not-found`, `bad-format` or `bad-digest`, naming the file and the entry
 */
export async function verifyLayer(directory: string, layer: BundleLayer): Promise<VerifiedLayer> {
  const file = join(directory, bundleListingPath(layer));
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DepotError('not-found', `${file}: cannot be read: ${(cause as Error).message}`, { cause });
  });
  const digest = digestOf(text);
  if (digest !== layer.tree) {
    throw new DepotError('bad-digest', `${file}: expected tree digest ${layer.tree}, got ${digest}`);
  }
  const listing = parseListing(text, file);
  const tar = join(directory, bundleTarPath(layer));
  return { listing, tar, offsets: await verifyTar(tar, listing) };
}

/** Checks that a tar is the one that its listing gives. */
async function verifyTar(file: string, listing: Listing): Promise<Map<string, number>> {
  const offsets = new Map<string, number>();
  const entries = extract();
  // The iteration below throws what goes wrong here.
  pipeline(createReadStream(file), entries).catch(() => undefined);
  let index = 0;
  try {
    for await (const entry of entries) {
      const expected = listing[index];
      index += 1;
      if (expected === undefined)
        throw new DepotError('bad-format', `${file}: '${entry.header.name}' is not in the listing`);
      verifyHeader(file, entry.header, expected);
      offsets.set(expected.path, entry.offset + HEADER_BYTES);
      await verifyContent(file, entry as AsyncIterable<Uint8Array>, expected);
    }
  } catch (cause) {
    if (cause instanceof DepotError) throw cause;
    throw new DepotError('bad-format', `${file}: cannot be read as a tar: ${(cause as Error).message}`, {
      cause,
    });
  }
  const missing = listing[index];
  if (missing !== undefined) throw new DepotError('bad-format', `${file}: ends before '${missing.path}'`);
  return offsets;
}

/** tar-stream's offset is that of an entry's header. */
const HEADER_BYTES = 512;

function verifyHeader(file: string, header: Header, expected: ListingEntry): void {
  const want = tarHeader(expected);
  const differs = (['name', 'type', 'mode', 'size'] as const).find((field) => {
    // Readers give a directory with or without its slash.
    return String(header[field]).replace(/\/$/, '') !== String(want[field]).replace(/\/$/, '');
  });
  if (differs === undefined && (header.linkname || '') === want.linkname) return;
  throw new DepotError(
    'bad-format',
    `${file}: '${header.name}': expected ${differs ?? 'linkname'} ${want[differs ?? 'linkname']}, got ${header[differs ?? 'linkname']}`,
  );
}

async function verifyContent(
  file: string,
  content: AsyncIterable<Uint8Array>,
  expected: ListingEntry,
): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of content) hash.update(chunk);
  const sha256 = hash.digest('hex');
  if (expected.type !== 'file' || sha256 === expected.sha256) return;
  throw new DepotError(
    'bad-digest',
    `${file}: '${expected.path}': expected SHA-256 ${expected.sha256}, got ${sha256}`,
    {
      hint: 'the bundle was damaged on its way; build it again, or copy it again',
    },
  );
}
