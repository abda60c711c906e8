import {
  depotLayers,
  type Environment,
  type Image,
  type LayerId,
  type Listing,
} from '@depotcast/hydrator/format';

/** What a package, or another part of a bundle, takes up. */
export interface ContentBytes {
  /**
   * A package or extension; `artifacts/<hash>`; `environments/<name>` for what stands in a project's own folder; `sys.so` for
   * system images with all that is in them.
   */
  readonly name: string;
  /** All of it, each layer counted once. */
  readonly bytes: number;
  /** As far as it is not compiled. */
  readonly copied: number;
  /** By target, what is compiled for that; caches without machine code count for each target that uses them. */
  readonly compiled: readonly { readonly target: string; readonly bytes: number }[];
}

/**
 * Measures what stands in the layers of a bundle: every byte of every layer counts for one part.
 * @returns largest first
 */
export function measureContent(
  {
    environments,
    images,
  }: { readonly environments: readonly Environment[]; readonly images: readonly Image[] },
  listings: ReadonlyMap<LayerId, Listing>,
): ContentBytes[] {
  const sizes = new Map([...listings].map(([id, listing]) => [id, sizesIn(listing)]));
  const sum = (name: string, layers: Iterable<LayerId>): number =>
    [...new Set(layers)].reduce((total, id) => total + (sizes.get(id)?.get(name) ?? 0), 0);
  const copied = environments.flatMap((environment) =>
    images
      .filter((image) => image.environment === environment.name)
      .flatMap((image) => depotLayers(environment, image).filter((id) => id !== image.compiled)),
  );
  const targets = [...new Set(images.map(({ target }) => target))].map((target) => ({
    target,
    layers: images
      .filter((image) => image.target === target)
      .flatMap(({ compiled, sysimage }) => (sysimage === null ? [compiled] : [compiled, sysimage])),
  }));
  const names = new Set([...sizes.values()].flatMap((size) => [...size.keys()]));
  return [...names]
    .map((name) => ({
      name,
      bytes: sum(name, sizes.keys()),
      copied: sum(name, copied),
      compiled: targets.map(({ target, layers }) => ({ target, bytes: sum(name, layers) })),
    }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

/** Sources stand in `dev/<name>` and `packages/<name>/<slug>`, caches in `compiled/v1.x/<name>`. */
const PACKAGE = /^(?:dev|packages|compiled\/v[^/]+)\/([^/]+)\//;
const OTHER = /^(?:artifacts|environments)\/[^/]+|^[^/]+/;

function sizesIn(listing: Listing): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const entry of listing) {
    if (entry.type !== 'file') continue;
    const name = PACKAGE.exec(entry.path)?.[1] ?? OTHER.exec(entry.path)?.[0] ?? entry.path;
    sizes.set(name, (sizes.get(name) ?? 0) + entry.size);
  }
  return sizes;
}
