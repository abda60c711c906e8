import {
  comparePaths,
  DepotError,
  type Environment,
  type Image,
  type LayerId,
} from '@depotcast/hydrator/format';
import type { BundledLayer, OpenBundle } from './open-bundle.js';

/** What one or more bundles hold together, in an order that does not depend on theirs. */
export interface JoinedBundle {
  readonly name: string;
  readonly version: string;
  readonly prefix: string;
  readonly pathBound: boolean;
  readonly environments: readonly Environment[];
  readonly images: readonly Image[];
  readonly layers: readonly BundledLayer[];
}

/**
 * Joins the bundles of several build hosts into one: same environment, same sources, different targets.
 * @throws DepotError `usage`, naming what differs
 */
export function joinBundles(bundles: readonly OpenBundle[]): JoinedBundle {
  const [first, ...others] = bundles;
  if (first === undefined) throw new DepotError('usage', 'expected at least one bundle');
  for (const other of others) requireSame(first, other);
  const { name, version, prefix, pathBound, environments } = first.manifest;
  return {
    ...{ name, version, prefix, pathBound },
    environments: environments.toSorted((a, b) => comparePaths(a.name, b.name)),
    images: joinImages(bundles),
    layers: joinLayers(bundles),
  };
}

function requireSame(first: OpenBundle, other: OpenBundle): void {
  const mine = identityOf(first);
  const theirs = identityOf(other);
  for (const key of new Set([...mine.keys(), ...theirs.keys()])) {
    if (mine.get(key) === theirs.get(key)) continue;
    throw new DepotError(
      'usage',
      `${other.directory}: ${key} is ${theirs.get(key) ?? 'missing'}, but ${mine.get(key) ?? 'missing'} in ${first.directory}`,
      { hint: 'bundles of one release are built from the same spec and the same sources' },
    );
  }
}

function identityOf({ manifest, layers }: OpenBundle): Map<string, string> {
  const { name, version, prefix, pathBound, environments } = manifest;
  const treeOf = new Map(layers.map(({ id, tree }) => [id, tree]));
  return new Map([
    ['name', name],
    ['version', version],
    ['prefix', prefix],
    ['pathBound', String(pathBound)],
    ...environments.flatMap((environment): [string, string][] => [
      [`project folder of environment '${environment.name}'`, environment.project],
      [`sources layer of environment '${environment.name}'`, environment.sources],
      [`sources tree of environment '${environment.name}'`, treeOf.get(environment.sources) ?? ''],
      [`shared layers of environment '${environment.name}'`, environment.shared.join(' ') || 'none'],
    ]),
  ]);
}

function joinImages(bundles: readonly OpenBundle[]): Image[] {
  const images = new Map<string, Image>();
  for (const { directory, manifest } of bundles) {
    for (const image of manifest.images) {
      const key = [image.environment, image.target, image.start].join(' ');
      if (images.has(key)) {
        throw new DepotError('usage', `${directory}: image ${key} is in another bundle already`, {
          hint: 'give each target of an environment in one bundle only',
        });
      }
      images.set(key, image);
    }
  }
  return sortedValues(images);
}

function joinLayers(bundles: readonly OpenBundle[]): BundledLayer[] {
  const layers = new Map<LayerId, BundledLayer>();
  for (const { directory, layers: own } of bundles) {
    for (const layer of own) {
      const known = layers.get(layer.id) ?? layer;
      if (known.tree !== layer.tree) {
        throw new DepotError(
          'usage',
          `${directory}: layer ${layer.id} has tree digest ${layer.tree}, but ${known.tree} in another bundle`,
          { hint: 'two builds of the same inputs gave different bytes; publish the layer from one of them' },
        );
      }
      layers.set(layer.id, known);
    }
  }
  return sortedValues(layers);
}

function sortedValues<T>(map: ReadonlyMap<string, T>): T[] {
  return [...map].sort(([a], [b]) => comparePaths(a, b)).map(([, value]) => value);
}
