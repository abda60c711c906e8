import { createHash } from 'node:crypto';
import { DepotError, type FileEntry, type Listing } from '@depotcast/hydrator/format';
import { checkHeader } from './check-header.js';
import { asTarError, readTar } from './read-tar.js';

export interface TarFile {
  readonly entry: FileEntry;
  /** Where its content begins in the tar. */
  readonly offset: number;
  /** Must be read to its end, where it throws `bad-digest` if it is not what the listing promises. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The files of a layer's tar, in the listing's order. The tar must hold exactly what the listing says, entry by entry.
 * @throws DepotError `bad-format`, `bad-digest` or `not-found`, naming the tar and the entry
 */
export async function* readLayerTar(tar: string, listing: Listing): AsyncGenerator<TarFile> {
  let index = 0;
  for await (const { header, offset, content } of readTar(tar)) {
    const entry = checkHeader(header, listing[index], tar);
    index += 1;
    if (entry.type === 'file') yield { entry, offset, content: checkContent(content, entry, tar) };
  }
  const missing = listing[index];
  if (missing === undefined) return;
  throw new DepotError('bad-format', `${tar}: truncated: entry '${missing.path}' of the listing is missing`);
}

async function* checkContent(
  content: AsyncIterable<Uint8Array>,
  entry: FileEntry,
  tar: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (cause) {
    throw asTarError(cause, tar);
  }
  const actual = hash.digest('hex');
  if (actual === entry.sha256) return;
  throw new DepotError(
    'bad-digest',
    `${tar}: entry '${entry.path}': expected SHA-256 ${entry.sha256}, got ${actual}`,
    { hint: 'the bundle was damaged on its way; copy it again from the build host' },
  );
}
