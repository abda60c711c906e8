import type { StoredContent } from '@depotcast/hydrator/format';
import { comparePaths } from '@depotcast/hydrator/format';
import type { Tree } from '../../export/tree.js';
import type { CatalogEntry } from './catalog-entry.js';
import { below, type CatalogPath, parentOf } from './catalog-path.js';

/** Stores a file's bytes and says which objects hold them. */
export type StoreFile = (bytes: Uint8Array) => Promise<StoredContent>;

/** The tree that nodes see, gathered as entries of the root catalog while the files are stored. */
export class Namespace implements Tree {
  readonly #entries = new Map<CatalogPath, CatalogEntry>();

  constructor(private readonly store: StoreFile) {}

  directory(path: CatalogPath): void {
    if (path === '' || this.#entries.has(path)) return;
    this.directory(parentOf(path));
    this.#entries.set(path, { type: 'directory', path });
  }

  async file(path: string, bytes: Uint8Array, mode: 0o444 | 0o555 = 0o444): Promise<void> {
    const executable = mode === 0o555;
    const content = await this.store(bytes);
    this.#add({ type: 'file', path: below('', path), executable, size: bytes.length, content });
  }

  link(path: string, target: string): Promise<void> {
    this.#add({ type: 'symlink', path: below('', path), target });
    return Promise.resolve();
  }

  /** Parents before children. */
  entries(): CatalogEntry[] {
    return [...this.#entries.values()].sort((a, b) => comparePaths(a.path, b.path));
  }

  #add(entry: CatalogEntry): void {
    this.directory(parentOf(entry.path));
    this.#entries.set(entry.path, entry);
  }
}
