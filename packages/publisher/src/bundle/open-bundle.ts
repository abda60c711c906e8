import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Bundle,
  BUNDLE_FILE,
  type BundleLayer,
  bundleListingPath,
  bundleTarPath,
  DepotError,
  type LayerId,
  layerKindOf,
  type Listing,
  parseBundle,
  parseListing,
} from '@depotcast/hydrator/format';
import { isMissing } from '../files/missing.js';
import { sha256Of } from '../files/sha256.js';

export interface BundledLayer extends BundleLayer {
  /** Parsed when first asked for. @throws DepotError `bad-format` */
  readonly listing: Listing;
  /** The layer's tar, not read yet. */
  readonly tar: string;
}

/** A bundle directory whose manifest and listings have been read and agree; the tars have not been opened. */
export interface OpenBundle {
  readonly directory: string;
  readonly manifest: Bundle;
  readonly layers: readonly BundledLayer[];
}

/** @throws DepotError `not-found`, `bad-format`, or `bad-digest` when a listing is not the one the manifest names */
export async function openBundle(directory: string): Promise<OpenBundle> {
  const file = join(directory, BUNDLE_FILE);
  const manifest = parseBundle(await readText(file), file);
  checkLayers(manifest, file);
  const layers: BundledLayer[] = [];
  for (const layer of manifest.layers) layers.push(await openLayer(directory, layer));
  return { directory, manifest, layers };
}

async function openLayer(directory: string, layer: BundleLayer): Promise<BundledLayer> {
  const file = join(directory, bundleListingPath(layer));
  const text = await readText(file);
  const actual = sha256Of(text);
  if (actual !== layer.tree) {
    throw new DepotError('bad-digest', `${file}: expected tree digest ${layer.tree}, got ${actual}`);
  }
  const parse = lazyListing(text, file);
  return {
    ...layer,
    tar: join(directory, bundleTarPath(layer)),
    get listing() {
      return parse();
    },
  };
}

/** A layer that is published already is known by its tree digest: its listing, which may be long, need not be parsed. */
function lazyListing(text: string, file: string): () => Listing {
  let listing: Listing | undefined;
  return () => (listing ??= parseListing(text, file));
}

function checkLayers({ layers, environments, images }: Bundle, file: string): void {
  const held = new Set<LayerId>();
  for (const { id, kind } of layers) {
    if (held.has(id)) throw new DepotError('bad-format', `${file}: layer ${id} is listed twice`);
    if (layerKindOf(id) !== kind)
      throw new DepotError('bad-format', `${file}: layer ${id} is called a ${kind} layer`);
    held.add(id);
  }
  const named = [
    ...environments.flatMap(({ sources, shared }) => [sources, ...shared]),
    ...images.flatMap(({ compiled, artifacts, sysimage, runtime }) => [
      ...[compiled, ...artifacts, sysimage],
      runtime ?? null,
    ]),
  ];
  const missing = named.find((id) => id !== null && !held.has(id));
  if (missing === undefined || missing === null) return;
  throw new DepotError('bad-format', `${file}: layer ${missing} is named but not listed`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new DepotError('not-found', `${file}: no such file`, {
      cause,
      hint: `a bundle is a directory that 'depot-build run' wrote; it holds ${BUNDLE_FILE} and layers/`,
    });
  }
}
