import {
  type Bundle,
  type BundleLayer,
  bundleListingPath,
  bundleTarPath,
  DepotError,
  type LayerId,
  renderJson,
} from '@depotcast/hydrator/format';
import { copyFile, link } from 'node:fs/promises';
import { join } from 'node:path';
import { placeBundle, readBundle } from '../bundle/write-bundle.js';

export interface PartBundle {
  readonly directory: string;
  readonly bundle: Bundle;
}

/** @throws DepotError `not-found` for a folder without a bundle */
export async function readPart(directory: string): Promise<PartBundle> {
  const bundle = await readBundle(directory);
  if (bundle !== undefined) return { directory, bundle };
  throw new DepotError('not-found', `${directory}: the task has left no bundle here`, {
    hint: 'the folder of the bundle must be one that all nodes see: name another with --out',
  });
}

/**
 * Writes bundles of different targets as one, in place of what stands in `directory`.
 * @throws DepotError `build-failed` when they are not of one spec and the same sources
 */
export async function writeJoinedBundle(directory: string, parts: readonly PartBundle[]): Promise<Bundle> {
  const { bundle, homes } = joinParts(parts);
  await placeBundle(directory, bundle, async (layer, into) => {
    const home = homes.get(layer.id) ?? '';
    for (const path of [bundleTarPath(layer), bundleListingPath(layer)]) {
      // Not every file system has hard links.
      await link(join(home, path), join(into, path)).catch(() =>
        copyFile(join(home, path), join(into, path)),
      );
    }
  });
  return bundle;
}

/**
 * Each layer is taken from the first part that has it. Copied layers must be the same in all; compiled ones never are, to the
 * byte, but two of one id do the same, and what is built on one of them is in the same part.
 * @returns the bundle, and in which folder each layer stands
 */
export function joinParts(parts: readonly PartBundle[]): {
  readonly bundle: Bundle;
  readonly homes: ReadonlyMap<LayerId, string>;
} {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('there is no part to join');
  for (const other of others) requireSame(first, other);
  const layers = new Map<LayerId, BundleLayer>();
  const homes = new Map<LayerId, string>();
  for (const { directory, bundle } of parts) {
    for (const layer of bundle.layers) {
      const known = layers.get(layer.id);
      if (known === undefined) {
        layers.set(layer.id, layer);
        homes.set(layer.id, directory);
      } else if (isCopied(layer) && known.tree !== layer.tree) {
        throw differs(`layer ${layer.id}`, directory, homes.get(layer.id) ?? '');
      }
    }
  }
  const images = parts.flatMap(({ bundle }) => bundle.images);
  return { bundle: { ...first.bundle, images, layers: [...layers.values()] }, homes };
}

function isCopied({ kind }: BundleLayer): boolean {
  return kind === 'sources' || kind === 'artifacts';
}

function requireSame(first: PartBundle, other: PartBundle): void {
  const identities = [first, other].map(({ bundle: { name, version, prefix, pathBound, environments } }) =>
    Object.entries({ name, version, prefix, pathBound, environments }),
  );
  const [mine = [], theirs = []] = identities;
  for (const [index, [key, value]] of mine.entries()) {
    if (renderJson(value) !== renderJson(theirs[index]?.[1]))
      throw differs(key, other.directory, first.directory);
  }
}

function differs(what: string, one: string, other: string): DepotError {
  return new DepotError('build-failed', `${what} is not the same in ${one} and ${other}`, {
    hint: 'did the spec or the packages change while the tasks ran? submit again',
  });
}
