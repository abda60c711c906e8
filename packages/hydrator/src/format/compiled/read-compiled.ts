import { DepotError } from '../error.js';
import type { LayerId } from '../layer.js';
import type { FileEntry, Listing } from '../listing.js';
import type { RelativePath } from '../relative-path.js';
import type { ByteSource } from './byte-source.js';
import { crcOf, readCacheFile } from './cache-file.js';
import type { Crc32c } from './crc32c.js';
import { libraryOf, type PlacedCache } from './image-facts.js';
import { packageSlug } from './package-slug.js';
import type { Rule, Violation } from './violation.js';

/** A layer whose files can be read. */
export interface ReadableLayer {
  readonly listing: Listing;
  open(path: RelativePath): ByteSource;
}

/** A compiled layer of which every byte of every cache has been read. */
export interface CompiledLayer {
  readonly caches: readonly PlacedCache[];
  /** CRC-32C by path. */
  readonly libraries: ReadonlyMap<string, number>;
  /** Caches that cannot be read, and libraries without one. */
  readonly damaged: readonly Violation[];
}

export async function readCompiled(id: LayerId, layer: ReadableLayer, crc: Crc32c): Promise<CompiledLayer> {
  const files = layer.listing.filter((entry): entry is FileEntry => entry.type === 'file');
  const libraries = new Map<string, number>();
  for (const { path, size } of files.filter((entry) => entry.path.endsWith('.so'))) {
    libraries.set(path, await crcOf(layer.open(path), 0, size, crc));
  }
  const sizes = new Map(files.map(({ path, size }) => [path as string, size]));
  const caches: PlacedCache[] = [];
  const damaged: Violation[] = [...libraries.keys()]
    .filter((path) => !sizes.has(path.replace(/\.so$/, '.ji')))
    .map((path) => damage(id, path, 'library', `${path} stands without its .ji file`));
  for (const { path, size } of files.filter((entry) => entry.path.endsWith('.ji'))) {
    try {
      const file = await readCacheFile(layer.open(path), `${id}/${path}`, crc);
      const bytes = size + (sizes.get(libraryOf({ path })) ?? 0);
      const [module] = file.header.modules;
      caches.push({ ...file, path, bytes, package: module, slug: packageSlug(module.uuid, crc) });
    } catch (error) {
      if (!(error instanceof DepotError) || error.code !== 'bad-format') throw error;
      damaged.push(damage(id, path, 'format', error.message));
    }
  }
  return { caches, libraries, damaged };
}

function damage(layer: LayerId, path: string, rule: Rule, problem: string): Violation {
  const remedy = 'build it again with a Julia from 1.5 to 1.13, or copy the bundle again';
  return { rule, layer, package: path.split('/').at(-2) ?? path, problem, remedy };
}
