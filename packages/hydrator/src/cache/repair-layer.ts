import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ReleaseLayer, type StoredListing, tree } from '../format/index.js';
import { findOrMake } from '../lock/find-or-make.js';
import type { Source } from '../source/source.js';
import { Leftovers } from './leftovers.js';
import { asStorageError, partialFor } from './materialise.js';
import { nodeFiles } from './node-files.js';
import { removeTree } from './remove-tree.js';
import { writeTree } from './write-tree.js';

/**
 * Puts a whole layer in the place of a damaged one. Files that are as signed are kept; the rest is fetched. Jobs that have
 * the damaged files open go on with them.
 * @throws DepotError as `fetchLayer` does; the damaged layer stays then
 */
export async function repairLayer(
  source: Source,
  layer: ReleaseLayer,
  listing: StoredListing,
  root: string,
): Promise<void> {
  const final = join(root, tree.layer(layer.id));
  const lock = join(root, nodeFiles.lock(layer.id));
  const partial = partialFor(final, layer.id);
  const damaged = partialFor(final, layer.id);
  const make = async (): Promise<true> => {
    await writeTree(source, listing, partial, { leftovers: new Leftovers([final]) });
    await rename(final, damaged);
    await rename(partial, final);
    await removeTree(damaged);
    return true;
  };
  try {
    await mkdir(dirname(lock), { recursive: true, mode: 0o755 });
    await findOrMake<true>(lock, () => Promise.resolve(undefined), make);
  } catch (error) {
    // The first error is the one to tell, whatever cleaning up meets.
    await removeTree(partial).catch(() => undefined);
    throw asStorageError(error, final);
  }
}
