import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { DepotError, objectPathsOf, type StoredFileEntry } from '../format/index.js';
import { readPiece } from '../source/content.js';
import type { Source } from '../source/source.js';

/** Writes one file piece by piece. A piece that fails can be asked for again, elsewhere: those before it stay. */
export class FileWriter {
  #pieces = 0;
  #bytes = 0;
  #hash: Hash = createHash('sha256');

  /**
   * @param onBytes told the bytes of each piece that is complete
   * @param isStopped whether to give up before the file is complete
   */
  constructor(
    private readonly handle: FileHandle,
    private readonly file: StoredFileEntry,
    private readonly onBytes: (bytes: number) => void,
    private readonly isStopped: () => boolean,
  ) {}

  /** Copies the complete pieces from what an interrupted attempt has left. They count once {@link isWhole} says so. */
  async copyBegun(begun: FileHandle): Promise<void> {
    const { size } = await begun.stat();
    for (const piece of this.file.content.pieces) {
      if (this.#bytes + piece.size > size) return;
      const end = this.#bytes + piece.size - 1;
      const chunks = begun.createReadStream({ start: this.#bytes, end, autoClose: false });
      await this.#write(piece.size === 0 ? [] : (chunks as AsyncIterable<Buffer>));
    }
  }

  /** @throws DepotError as `readContent` does */
  async fetch(source: Source): Promise<void> {
    const { pieces, compression } = this.file.content;
    const paths = objectPathsOf(this.file.content);
    for (let piece = pieces[this.#pieces]; piece !== undefined; piece = pieces[this.#pieces]) {
      if (this.isStopped()) return;
      await this.#write(readPiece(source, paths[this.#pieces] ?? '', piece, compression));
    }
  }

  /** Whether all that was written is the file that was signed. */
  isWhole(): boolean {
    return this.#hash.copy().digest('hex') === this.file.sha256;
  }

  async restart(): Promise<void> {
    await this.handle.truncate();
    [this.#pieces, this.#bytes, this.#hash] = [0, 0, createHash('sha256')];
  }

  /** @throws DepotError `bad-digest`: every piece was the one listed, but together they are not the file */
  requireWhole(): void {
    if (this.isWhole()) return;
    const { path, sha256 } = this.file;
    const actual = this.#hash.copy().digest('hex');
    throw new DepotError('bad-digest', `${path}: expected SHA-256 ${sha256}, got ${actual}`);
  }

  async #write(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    const hash = this.#hash.copy();
    let end = this.#bytes;
    for await (const chunk of chunks) {
      if (this.isStopped()) return;
      hash.update(chunk);
      await writeAt(this.handle, chunk, end);
      end += chunk.length;
    }
    this.onBytes(end - this.#bytes);
    this.#pieces += 1;
    [this.#bytes, this.#hash] = [end, hash];
  }
}

/** write(2) may write less than asked, as on a disk that is nearly full. */
async function writeAt(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
