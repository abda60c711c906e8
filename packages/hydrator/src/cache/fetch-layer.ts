import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DepotError, type ReleaseLayer, type StoredListing, tree } from '../format/index.js';
import { findOrMake, type WaitOptions } from '../lock/find-or-make.js';
import type { Source } from '../source/source.js';
import { exists } from './exists.js';
import { leftoversOf } from './leftovers.js';
import { asStorageError, partialFor, renameIntoPlace } from './materialise.js';
import { nodeFiles } from './node-files.js';
import { removeTree } from './remove-tree.js';
import { type WriteOptions, writeTree } from './write-tree.js';

export interface FetchOptions extends Pick<WriteOptions, 'limit' | 'onBytes'>, WaitOptions {
  /** Done by the process that is going to fetch the layer, before it begins. */
  readonly prepare?: (() => Promise<void>) | undefined;
}

/**
 * Makes sure that a layer stands below `root`, which any number of processes on any number of hosts may ask for at once:
 * one fetches it, going on where a killed one stopped, and the others wait. It appears whole by one rename after every
 * byte was verified, or not at all.
 * @returns whether this process had to fetch it
 * @throws DepotError `bad-digest`, `not-found`, `unreachable`, or `storage` when the disk refuses
 */
export async function fetchLayer(
  source: Source,
  layer: ReleaseLayer,
  readListing: () => Promise<StoredListing>,
  root: string,
  { limit, onBytes, prepare, ...waiting }: FetchOptions = {},
): Promise<boolean> {
  const final = join(root, tree.layer(layer.id));
  const lock = join(root, nodeFiles.lock(layer.id));
  const find = async (): Promise<false | undefined> => ((await exists(final)) ? false : undefined);
  const make = async (): Promise<true> => {
    const options = { ...(limit && { limit }), ...(onBytes && { onBytes }) };
    await prepare?.();
    await writeLayer(source, layer, await readListing(), final, options);
    return true;
  };
  if (!(await exists(lock)) && (await exists(final))) return false;
  try {
    await mkdir(dirname(lock), { recursive: true, mode: 0o755 });
    return await findOrMake<boolean>(lock, find, make, waiting);
  } catch (error) {
    // Of a lock that another user left behind in a cache that is not ours to write, nothing is to be feared.
    if (isRefused(error) && (await exists(final))) return false;
    throw asStorageError(error, final);
  }
}

async function writeLayer(
  source: Source,
  { id }: ReleaseLayer,
  listing: StoredListing,
  final: string,
  options: WriteOptions,
): Promise<void> {
  const leftovers = await leftoversOf(dirname(final), id);
  const partial = partialFor(final, id);
  try {
    await writeTree(source, listing, partial, { ...options, leftovers });
    await renameIntoPlace(partial, final);
  } catch (error) {
    // What came before a connection was lost is worth keeping for the next attempt; a full disk must get its room back.
    if (!(error instanceof DepotError && error.code === 'unreachable')) {
      // The first error is the one to tell, whatever cleaning up meets.
      await removeTree(partial).catch(() => undefined);
      await leftovers.remove().catch(() => undefined);
    }
    throw error;
  }
  await leftovers.remove();
}

function isRefused(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
}
