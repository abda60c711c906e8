import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { DepotError } from '@depotcast/hydrator/format';
import { extract, type Header } from 'tar-stream';
import { isMissing } from '../files/missing.js';

/** Bytes read from a tar at a time. */
const READ_SIZE = 1024 * 1024;

export interface TarEntry {
  readonly header: Header;
  /** Where its content begins in the tar. */
  readonly offset: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The entries of a plain tar, as they stand: nothing about them has been checked. The content of each
 * must be read to its end before the next is asked for, unless it is empty.
 * @throws DepotError `not-found`, or `bad-format` for what is no tar or ends too early
 */
export async function* readTar(file: string): AsyncGenerator<TarEntry> {
  const entries = extract();
  // The iteration below throws what goes wrong here.
  pipeline(createReadStream(file, { highWaterMark: READ_SIZE }), entries).catch(() => undefined);
  try {
    for await (const entry of entries) {
      // Typed as unknown by streamx; tar-stream's chunks are buffers.
      yield {
        header: entry.header,
        offset: entry.offset + HEADER_BYTES,
        content: entry as AsyncIterable<Uint8Array>,
      };
    }
  } catch (cause) {
    throw asTarError(cause, file);
  }
}

/** tar-stream's offset is that of an entry's header. */
const HEADER_BYTES = 512;

/** What to report for an error that came out of a tar's stream. */
export function asTarError(cause: unknown, file: string): DepotError {
  if (cause instanceof DepotError) return cause;
  if (isMissing(cause)) return new DepotError('not-found', `${file}: no such file`, { cause });
  const { syscall, message } = cause as NodeJS.ErrnoException;
  if (syscall !== undefined)
    return new DepotError('storage', `${file}: cannot be read: ${message}`, { cause });
  return new DepotError('bad-format', `${file}: damaged or truncated tar: ${message}`, { cause });
}
