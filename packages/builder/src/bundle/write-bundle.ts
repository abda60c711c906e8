import {
  type Bundle,
  BUNDLE_FILE,
  type BundleLayer,
  bundleListingPath,
  bundleTarPath,
  DepotError,
  parseBundle,
  renderJson,
  renderListing,
} from '@depotcast/hydrator/format';
import { access, constants, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { removeTree } from '../store/canonical.js';
import type { LayerStore } from '../store/layer-store.js';
import { writeTar } from './write-tar.js';

/**
 * Packs finished layers into a bundle.
 * @throws DepotError as `placeBundle` does
 */
export async function writeBundle(
  directory: string,
  bundle: Bundle,
  store: LayerStore,
  signal: AbortSignal,
  onLayer: (layer: BundleLayer) => void,
): Promise<void> {
  await placeBundle(directory, bundle, async (layer, into) => {
    onLayer(layer);
    const listing = await store.readListing(layer.id);
    await writeFile(join(into, bundleListingPath(layer)), renderListing(listing));
    const tar = join(into, bundleTarPath(layer));
    await writeTar(store.folderOf(layer.id), listing, tar, signal).catch(async (error: unknown) => {
      // A layer that is not what it was when it was finished is built anew the next time.
      if (error instanceof DepotError) await store.forget(layer.id);
      throw error;
    });
  });
}

/**
 * Writes a bundle beside `directory` and moves it there when it is whole. What stands there is replaced if it is a bundle.
 * @param writeLayer writes a layer's tar and listing below a folder
 * @throws DepotError `usage` when something else stands there
 */
export async function placeBundle(
  directory: string,
  bundle: Bundle,
  writeLayer: (layer: BundleLayer, into: string) => Promise<void>,
): Promise<void> {
  const target = resolve(directory);
  await requireReplaceable(target);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  await removeTree(temporary);
  try {
    await mkdir(join(temporary, 'layers'), { recursive: true });
    for (const layer of bundle.layers) await writeLayer(layer, temporary);
    const text = renderJson(bundle);
    // What cannot be read back must not leave this host.
    parseBundle(text, join(directory, BUNDLE_FILE));
    await writeFile(join(temporary, BUNDLE_FILE), text);
    await replace(target, temporary);
  } finally {
    await removeTree(temporary);
  }
}

/**
 * Refuses to replace what is no bundle.
 * @throws DepotError `usage`
 */
export async function requireReplaceable(directory: string): Promise<void> {
  const entries = await readdir(directory).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new DepotError('usage', `${directory}: cannot be replaced by a bundle`, { cause: error });
  });
  await requireWritable(dirname(directory));
  if (entries.length === 0 || (await isBundle(directory))) return;
  throw new DepotError('usage', `${directory}: holds something that is not a bundle`, {
    hint: 'name a folder that does not exist yet, or an earlier bundle, with --out',
  });
}

/** The bundle that stands in a directory; undefined when there is none. */
export async function readBundle(directory: string): Promise<Bundle | undefined> {
  const file = join(directory, BUNDLE_FILE);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseBundle(text, file);
}

/** Said before the build, not after it. */
async function requireWritable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await access(folder, constants.W_OK);
}

/** One of another version of this program counts too: what cannot be read any more must still be replaceable. */
async function isBundle(directory: string): Promise<boolean> {
  const text = await readFile(join(directory, BUNDLE_FILE), 'utf8').catch(() => '');
  return /"format":\s*"depotcast-bundle\//.test(text);
}

async function replace(target: string, temporary: string): Promise<void> {
  const old = `${temporary}.old`;
  const moved = await rename(target, old).then(
    () => true,
    () => false,
  );
  await rename(temporary, target);
  if (moved) await removeTree(old);
}
