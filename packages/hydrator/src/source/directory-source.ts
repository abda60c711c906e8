import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DepotError } from '../format/index.js';
import { readCapped } from './read-capped.js';
import type { Source } from './source.js';

/** A repository directory, or the `.depot` part of a mounted tree. */
export class DirectorySource implements Source {
  constructor(readonly location: string) {}

  async read(path: string, maxBytes: number): Promise<Buffer> {
    return readCapped(await this.stream(path), maxBytes, join(this.location, path));
  }

  async stream(path: string): Promise<Readable> {
    const file = join(this.location, path);
    return Readable.from(readHandle(await openToRead(file), file), { objectMode: false });
  }
}

async function* readHandle(handle: FileHandle, file: string): AsyncGenerator<Buffer> {
  try {
    yield* handle.createReadStream({ highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw unreadable(cause, file);
  }
}

async function openToRead(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (cause) {
    throw unreadable(cause, file);
  }
}

function unreadable(cause: unknown, file: string): DepotError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new DepotError('not-found', `${file}: no such file`, { cause });
  }
  return new DepotError('unreachable', `${file}: cannot be read (${code})`, { cause });
}
