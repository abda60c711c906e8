import type { Readable } from 'node:stream';

/** Read access to the static files of a repository or of a mounted tree, wherever they are. */
export interface Source {
  /** Directory or URL, as messages should name it. */
  readonly location: string;

  /**
   * Reads a small file whole.
   * @throws DepotError `not-found`, `unreachable`, or `bad-format` when it is longer than `maxBytes`.
   */
  read(path: string, maxBytes: number): Promise<Buffer>;

  /**
   * Opens a file for reading in pieces. The stream's own errors are DepotErrors too.
   * @throws DepotError `not-found` or `unreachable`.
   */
  stream(path: string): Promise<Readable>;

  /**
   * Where a repository has several copies: reads from one after the other until `read` accepts what it gets.
   * @throws what the last one gave
   */
  fromCopies?<T>(read: (copy: Source) => Promise<T>): Promise<T>;
}

/** Runs `read` on a source, or on each of its copies until one serves what was asked for. */
export function fromAnyCopy<T>(source: Source, read: (copy: Source) => Promise<T>): Promise<T> {
  return source.fromCopies?.(read) ?? read(source);
}
