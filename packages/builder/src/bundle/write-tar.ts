import { DepotError, type FileEntry, type Listing, type ListingEntry } from '@depotcast/hydrator/format';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Header, pack, type Pack } from 'tar-stream';
import { CANONICAL_MTIME, DIRECTORY_MODE, EXECUTABLE_MODE, FILE_MODE } from '../store/canonical.js';

/**
 * Writes a layer as a tar: entries in the listing's order, everything that could differ between hosts fixed, so that the
 * same listing gives the same bytes. Files pass through in pieces.
 */
export async function writeTar(
  folder: string,
  listing: Listing,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const tar = pack();
  const writing = pipeline(tar, createWriteStream(file), { signal });
  const packing = packEntries(tar, folder, listing, signal).catch((error: unknown) => {
    tar.destroy(error as Error);
    throw error;
  });
  await Promise.all([packing, writing]);
}

async function packEntries(tar: Pack, folder: string, listing: Listing, signal: AbortSignal): Promise<void> {
  for (const entry of listing) {
    signal.throwIfAborted();
    if (entry.type === 'file') {
      await pipeline(readVerified(join(folder, entry.path), entry), tar.entry(tarHeader(entry)), { signal });
    } else {
      tar.entry(tarHeader(entry));
    }
  }
  tar.finalize();
}

/** A file's bytes, as long as they are those that were listed. */
async function* readVerified(file: string, { size, sha256 }: FileEntry): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let total = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > size) break;
    hash.update(chunk);
    yield chunk;
  }
  if (total === size && hash.digest('hex') === sha256) return;
  throw new DepotError('build-failed', `${file}: changed after its layer was finished`, {
    hint: 'run the build again: the layer will be made anew; let nothing else write into the build cache',
  });
}

/** The header of an entry; a function of the entry alone. */
export function tarHeader(entry: ListingEntry): TarHeader {
  const common = {
    linkname: '',
    mtime: new Date(CANONICAL_MTIME * 1000),
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
  };
  switch (entry.type) {
    case 'directory':
      return { ...common, name: `${entry.path}/`, type: 'directory', mode: DIRECTORY_MODE, size: 0 };
    case 'symlink':
      return {
        ...common,
        name: entry.path,
        type: 'symlink',
        linkname: entry.target,
        mode: LINK_MODE,
        size: 0,
      };
    case 'file': {
      const mode = entry.executable ? EXECUTABLE_MODE : FILE_MODE;
      return { ...common, name: entry.path, type: 'file', mode, size: entry.size };
    }
  }
}

export type TarHeader = Omit<Header, 'devmajor' | 'devminor' | 'pax'>;

/** What Linux shows for every link. */
const LINK_MODE = 0o777;
