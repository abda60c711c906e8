import { parseObjectHash, type StoredContent } from '@depotcast/hydrator/format';
import { below, type CatalogPath } from './catalog-path.js';

export interface CatalogFile {
  readonly type: 'file';
  readonly path: CatalogPath;
  readonly executable: boolean;
  /** Bytes. */
  readonly size: number;
  readonly content: StoredContent;
  /** There for whoever asks for it by name, but in no directory listing. */
  readonly hidden?: boolean;
}

/** A path of the published tree, below its catalog's root. */
export type CatalogEntry =
  | { readonly type: 'directory'; readonly path: CatalogPath }
  | { readonly type: 'symlink'; readonly path: CatalogPath; readonly target: string }
  | CatalogFile;

const EMPTY_CONTENT: StoredContent = {
  compression: 'zlib',
  pieces: [{ hash: parseObjectHash('28d94b83b7229b331fc601362b8e272e02665122', 'empty object'), size: 0 }],
};

/**
 * What marks the root of a nested catalog for CernVM-FS' own publishing tools. It is no part of the layer, so readers do
 * not get to see it.
 */
export function markerOf(root: CatalogPath): CatalogFile {
  return {
    type: 'file',
    path: below(root, '.cvmfscatalog'),
    executable: false,
    size: 0,
    content: EMPTY_CONTENT,
    hidden: true,
  };
}
