import type { Image } from '../image.js';
import type { LayerId } from '../layer.js';
import type { ListingEntry } from '../listing.js';
import type { CacheFile } from './cache-file.js';
import type { CompiledModule } from './cache-header.js';
import type { RecordedTarget } from './dispatch-targets.js';
import type { SysimageFacts } from './sysimage-facts.js';
import type { Rule, Violation } from './violation.js';

/** A package cache where it stands in its layer. */
export interface PlacedCache extends CacheFile {
  /** Below the layer. */
  readonly path: string;
  /** Bytes, with those of its library. */
  readonly bytes: number;
  /** The module that the package is. */
  readonly package: CompiledModule;
  /** What Julia looks for at the beginning of the file's name. */
  readonly slug: string;
}

/** All that the rules need to know of an image. */
export interface ImageFacts {
  readonly image: Image;
  readonly prefix: string;
  /** UUIDs of the packages that the environment brings, which are not Julia's own. */
  readonly packages: ReadonlySet<string>;
  readonly caches: readonly PlacedCache[];
  /** CRC-32C of each library of the compiled layer, by path. */
  readonly libraries: ReadonlyMap<string, number>;
  /** Layers that sources may stand in, the environment's first. */
  readonly places: readonly SourcePlace[];
  /** The image's own system image; null where jobs use Julia's. */
  readonly sysimage: SysimageFacts | null;
  /** CPU targets that its own system image records; undefined without one, or where it does not tell. */
  readonly sysimageTargets: readonly RecordedTarget[] | undefined;
  /** Julia itself, where it is in the release; its system image is undefined where the layer has not the recorded one. */
  readonly runtime: { readonly layer: LayerId; readonly sysimage: SysimageFacts | undefined } | undefined;
}

export interface SourcePlace {
  readonly layer: LayerId;
  readonly entries: ReadonlyMap<string, ListingEntry>;
  /** CRC-32C of the files that caches name, and of the names in the folders that they name; from Julia 1.11 on. */
  readonly checksums: ReadonlyMap<string, number>;
}

/** Says what is wrong with a cache of an image. */
export type Refuse = (cache: PlacedCache, rule: Rule, problem: string, remedy: string) => Violation;

export function refuseIn({ image }: Pick<ImageFacts, 'image'>): Refuse {
  return (cache, rule, problem, remedy) => ({
    ...{ rule, layer: image.compiled, package: cache.package.name, problem, remedy },
  });
}

/** What tells packages of equal names apart. */
export function keyOf({ name, uuid }: Pick<CompiledModule, 'name' | 'uuid'>): string {
  return `${name} ${uuid}`;
}

export function hex(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}

/** Path of the machine code of a cache. */
export function libraryOf({ path }: Pick<PlacedCache, 'path'>): string {
  return path.replace(/\.ji$/, '.so');
}
