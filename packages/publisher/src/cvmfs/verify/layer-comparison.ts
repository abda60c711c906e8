import type { TrustedRepository } from '@depotcast/hydrator';
import { type LayerId, type ReleaseLayer, type StoredEntry, tree } from '@depotcast/hydrator/format';
import { pathOfObject } from '../read/any-hash.js';
import type { PlacedEntry } from '../read/check-catalog.js';

/** What nodes see of layers besides their signed content: CernVM-FS' own marks. */
const MARKER = '.cvmfscatalog';

/**
 * Compares what catalogs show below `layers/` with the listings that are signed. One layer is in memory at a time, as
 * its catalogs are met one after the other.
 */
export class LayerComparison {
  readonly #layers: ReadonlyMap<string, ReleaseLayer>;
  readonly #met = new Set<LayerId>();
  #current: LayerId | undefined;
  #expected = new Map<string, string>();

  constructor(
    private readonly trusted: TrustedRepository,
    layers: readonly ReleaseLayer[],
    private readonly report: (problem: string) => void,
  ) {
    this.#layers = new Map(layers.map((layer) => [layer.id, layer]));
  }

  /** @throws DepotError for a listing that cannot be read */
  async compare(catalog: string, entries: readonly PlacedEntry[]): Promise<void> {
    const [id = ''] = catalog.slice(`/${tree.layers}/`.length).split('/');
    const layer = catalog.startsWith(`/${tree.layers}/`) ? this.#layers.get(id) : undefined;
    if (layer === undefined) {
      if (catalog !== '') this.report(`${catalog}: a catalog that is of no release's layer`);
      return;
    }
    if (this.#current !== layer.id) await this.#begin(layer);
    const root = `/${tree.layer(layer.id)}/`;
    for (const entry of entries) {
      // A nested root stands in the catalog above as well.
      if (entry.path === catalog || (entry.hidden && entry.name === MARKER)) continue;
      this.#compareEntry(entry, entry.path.slice(root.length));
    }
  }

  /** Reports the layers that no catalog has shown. */
  end(): void {
    this.#endLayer();
    for (const { id } of this.#layers.values()) {
      if (!this.#met.has(id)) this.report(`/${tree.layer(id)}: missing, or its catalog is`);
    }
  }

  #endLayer(): void {
    const [first] = this.#expected.keys();
    if (first === undefined) return;
    const others = this.#expected.size - 1;
    this.report(
      `/layers/${this.#current ?? ''}/${first}: missing${others === 0 ? '' : `, and ${others} more`}`,
    );
    this.#expected.clear();
  }

  async #begin(layer: ReleaseLayer): Promise<void> {
    this.#endLayer();
    this.#met.add(layer.id);
    this.#current = layer.id;
    const listing = await this.trusted.listing(layer);
    this.#expected = new Map(listing.map((entry) => [entry.path, describeSigned(entry)]));
  }

  #compareEntry(entry: PlacedEntry, path: string): void {
    const expected = this.#expected.get(path);
    const actual = describeFound(entry);
    this.#expected.delete(path);
    if (expected === actual) return;
    this.report(
      `${entry.path}: expected ${expected ?? 'nothing, for its layer has no such path'}, got ${actual}`,
    );
  }
}

function describeSigned(entry: StoredEntry): string {
  if (entry.type === 'directory') return 'directory 555';
  if (entry.type === 'symlink') return `link to ${entry.target}`;
  const { pieces, compression } = entry.content;
  const objects = pieces.map(({ hash, size }) => `${hash}-shake128:${size}`);
  return `file ${entry.executable ? '555' : '444'} ${compression} ${objects.join(',')}`;
}

function describeFound(entry: PlacedEntry): string {
  const permissions = entry.permissions.toString(8);
  if (entry.type === 'directory') return `directory ${permissions}`;
  if (entry.type === 'symlink') return `link to ${entry.target}`;
  const pieces = entry.chunked ? entry.chunks : [{ hash: entry.hash, size: entry.size }];
  const objects = pieces.map(({ hash, size }) => `${hash ?? 'nothing'}:${size}`);
  return `${entry.type} ${permissions} ${entry.raw ? 'raw' : 'zlib'} ${objects.join(',')}`;
}

/** Objects that hold a file's content. */
export function objectsOf({ type, chunked, chunks, hash, external }: PlacedEntry): string[] {
  if (type !== 'file' || external) return [];
  if (!chunked) return hash === undefined ? [] : [pathOfObject(hash, '')];
  return chunks.flatMap((chunk) => (chunk.hash === undefined ? [] : [pathOfObject(chunk.hash, 'P')]));
}
