import { randomBytes } from 'node:crypto';
import { readdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DepotError, type LayerId, type ReleaseLayer, type StoredListing, tree } from '../format/index.js';
import type { Source } from '../source/source.js';
import { exists } from './exists.js';
import { unfinished } from './node-files.js';
import { removeTree } from './remove-tree.js';
import { type WriteOptions, writeTree } from './write-tree.js';

/** Milliseconds after which a half-fetched layer is taken for one whose process was killed. */
const ABANDONED = 24 * 3600 * 1000;

/**
 * Makes sure that a layer stands below `root`. It appears whole by one rename after every byte was verified, or not at
 * all; a layer that is there already is left alone.
 * @returns whether anything had to be fetched
 * @throws DepotError `bad-digest`, `not-found`, `unreachable`, or `storage` when the disk refuses
 */
export async function materialiseLayer(
  source: Source,
  layer: ReleaseLayer,
  readListing: () => Promise<StoredListing>,
  root: string,
  options: WriteOptions = {},
): Promise<boolean> {
  const final = join(root, tree.layer(layer.id));
  if (await exists(final)) return false;
  const listing = await readListing();
  const partial = partialFor(final, layer.id);
  try {
    await removeAbandoned(dirname(final), layer.id);
    await writeTree(source, listing, partial, options);
    await renameIntoPlace(partial, final);
  } catch (error) {
    // The first error is the one to tell, whatever cleaning up meets.
    await removeTree(partial).catch(() => undefined);
    throw asStorageError(error, final);
  }
  return true;
}

/** A fresh name beside a layer's place: a read-only directory can be renamed there without write permission of its own. */
export function partialFor(final: string, id: LayerId): string {
  return join(dirname(final), `${unfinished(id)}${randomBytes(6).toString('hex')}`);
}

/** What a killed process left of this layer long ago. */
async function removeAbandoned(layers: string, id: LayerId): Promise<void> {
  if (!(await exists(layers))) return;
  for (const name of await readdir(layers)) {
    if (!name.startsWith(unfinished(id))) continue;
    const age = Date.now() - (await stat(join(layers, name))).ctimeMs;
    if (age > ABANDONED) await removeTree(join(layers, name));
  }
}

/** Another process may have been quicker: then its layer stands, and ours goes. */
export async function renameIntoPlace(partial: string, final: string): Promise<void> {
  try {
    await rename(partial, final);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    await removeTree(partial);
  }
}

export function asStorageError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof DepotError || code === undefined) return error;
  const hint = ['ENOSPC', 'EDQUOT'].includes(code)
    ? "free some room: 'depot-hydrate gc --quota SIZE' removes what no job uses"
    : 'have it made writable, or name another folder with --cache or --into';
  return new DepotError('storage', `${path}: cannot be written (${code})`, { cause: error, hint });
}
