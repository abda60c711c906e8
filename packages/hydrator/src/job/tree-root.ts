import { constants, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isAccessible } from '../cache/is-accessible.js';
import { exists } from '../cache/exists.js';
import { isOwn, requireOwn } from '../cache/own-directory.js';
import { DepotError, digestOf, type Release, type ReleaseLayer, tree } from '../format/index.js';
import type { Location } from './locate.js';

export interface TreeRootOptions {
  /** Where to unpack, whatever else there is. */
  readonly into?: string | undefined;
  /** The node's cache directory. */
  readonly cache?: string | undefined;
}

/**
 * The folder whose `layers/` a job will use: the mounted tree itself; or, for a repository, the folder or the cache asked
 * for, the prefix where it can be written or holds `wanted` already, or else the cache that the user has anyway.
 * @throws DepotError `storage` when there is nowhere to unpack, or the place is open to others
 */
export async function chooseTreeRoot(
  location: Location,
  release: Release,
  wanted: readonly ReleaseLayer[],
  options: TreeRootOptions & { readonly defaultCache?: string | undefined },
): Promise<string> {
  if (location.kind === 'tree') {
    if (options.into === undefined) return location.root;
    throw new DepotError('usage', `--into ${options.into}: a mounted tree is used where it is`, {
      hint: 'leave out --into, or name the repository instead of the tree',
    });
  }
  if (options.into !== undefined) return prepare(options.into);
  if (options.cache === undefined && (await servesAt(release.prefix, wanted))) return release.prefix;
  const cache = options.cache ?? options.defaultCache;
  if (cache === undefined) {
    throw new DepotError(
      'storage',
      `no place to unpack layers: ${release.prefix} cannot be used and there is no home`,
      {
        hint: 'name a folder with --cache or --into',
      },
    );
  }
  return prepare(join(cache, digestOf(location.source.location).slice(0, 32)));
}

/** Whether the prefix is safe to use, and can be filled or is full. */
async function servesAt(prefix: string, wanted: readonly ReleaseLayer[]): Promise<boolean> {
  if (!(await exists(prefix)) || !(await isOwn(prefix))) return false;
  if (await isAccessible(prefix, constants.W_OK)) return true;
  const present = await Promise.all(wanted.map((layer) => exists(join(prefix, tree.layer(layer.id)))));
  return present.every(Boolean);
}

async function prepare(path: string): Promise<string> {
  const root = resolve(path);
  if (/[\s:]/.test(root)) {
    throw new DepotError('storage', `${root}: a space or a colon in it would take Julia's paths apart`, {
      hint: 'name another folder with --cache or --into',
    });
  }
  const layers = join(root, tree.layers);
  try {
    await mkdir(layers, { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw new DepotError(
      'storage',
      `${layers}: cannot be created (${(cause as NodeJS.ErrnoException).code ?? ''})`,
      {
        cause,
        hint: 'name another folder with --cache or --into',
      },
    );
  }
  for (const directory of [root, layers]) await requireOwn(directory);
  return root;
}
