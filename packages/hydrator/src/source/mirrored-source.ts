import type { Readable } from 'node:stream';
import { DepotError, type ErrorCode } from '../format/index.js';
import type { Source } from './source.js';

/** What another copy of a repository may do better. */
const FAULTS: ReadonlySet<ErrorCode> = new Set([
  'unreachable',
  'not-found',
  'bad-digest',
  'bad-format',
  'bad-signature',
  'expired',
  'rollback',
]);

/**
 * Copies of one repository, asked in order. One that is away, lacks something or serves what is not signed is left for the
 * next, and not asked again.
 */
export class MirroredSource implements Source {
  #current = 0;

  /**
   * @param location names the repository, whichever copy is asked
   * @param warn told, in one line, why a copy is left, and for which
   */
  constructor(
    readonly location: string,
    private readonly copies: readonly Source[],
    private readonly warn: (message: string) => void,
  ) {}

  read(path: string, maxBytes: number): Promise<Buffer> {
    return this.fromCopies((copy) => copy.read(path, maxBytes));
  }

  stream(path: string): Promise<Readable> {
    return this.fromCopies((copy) => copy.stream(path));
  }

  async fromCopies<T>(read: (copy: Source) => Promise<T>): Promise<T> {
    for (;;) {
      const asked = this.#current;
      const copy = this.copies[asked];
      if (copy === undefined) throw new Error('a mirrored source without copies');
      try {
        return await read(copy);
      } catch (error) {
        if (!(error instanceof DepotError) || !FAULTS.has(error.code)) throw error;
        // Several files are read at once: the first that fails leaves the copy for all of them.
        if (asked === this.#current) this.#leave(error);
      }
    }
  }

  #leave(error: DepotError): void {
    const next = this.copies[this.#current + 1];
    if (next === undefined) throw error;
    this.#current += 1;
    this.warn(`${error.message.replaceAll('\n', ' ')}; going on with ${next.location}`);
  }
}
