import type { AnyHash } from './any-hash.js';

/** A piece of a file that is stored in several. */
export interface Chunk {
  /** Bytes, before compression. */
  readonly offset: number;
  readonly size: number;
  readonly hash: AnyHash | undefined;
}

/** A row of a catalog, as far as it can be understood by itself. */
export interface ReadEntry {
  readonly key: string;
  readonly parentKey: string;
  readonly name: string;
  readonly type: 'directory' | 'file' | 'symlink' | 'special';
  /** Of a directory: where a nested catalog is mounted, or the root of this nested one. */
  readonly role: 'plain' | 'mountpoint' | 'nested root';
  readonly hidden: boolean;
  readonly external: boolean;
  readonly chunked: boolean;
  readonly raw: boolean;
  readonly permissions: number;
  readonly links: number;
  readonly hardlinkGroup: number;
  /** Bytes. */
  readonly size: number;
  readonly target: string;
  readonly hash: AnyHash | undefined;
  readonly hasAttributes: boolean;
  readonly chunks: readonly Chunk[];
}
