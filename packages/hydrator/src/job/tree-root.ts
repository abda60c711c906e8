import { constants, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPresent } from '../cache/is-present.js';
import { DepotError, digestOf, type Release } from '../format/index.js';
import type { Location } from './locate.js';

export interface TreeRootOptions {
  /** Where to unpack, whatever else there is. */
  readonly into?: string | undefined;
  /** The node's cache directory. */
  readonly cache?: string | undefined;
}

/**
 * The folder whose `layers/` a job will use: the mounted tree itself; or, for a repository, the folder asked for, the
 * prefix where it exists and can be written, or the node's cache.
 * @throws DepotError `storage` when there is nowhere to unpack, or the place is open to others
 */
export async function chooseTreeRoot(
  location: Location,
  release: Release,
  options: TreeRootOptions,
): Promise<string> {
  if (location.kind === 'tree') return location.root;
  if (options.into !== undefined) return ownDirectory(options.into);
  if (await isPresent(release.prefix, constants.W_OK)) return ownDirectory(release.prefix);
  if (options.cache === undefined) {
    throw new DepotError(
      'storage',
      `no place to unpack layers: ${release.prefix} cannot be written and there is no home`,
      {
        hint: 'name a folder with --cache or --into',
      },
    );
  }
  return ownDirectory(join(options.cache, digestOf(location.source.location).slice(0, 32)));
}

/** Layers are not verified again at each start, so nobody else may be able to write where they are kept. */
async function ownDirectory(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw new DepotError(
      'storage',
      `${path}: cannot be created (${(cause as NodeJS.ErrnoException).code ?? ''})`,
      { cause },
    );
  }
  const { uid, mode } = await stat(path);
  const mine = uid === 0 || uid === process.getuid?.();
  if (mine && (mode & 0o022) === 0) return path;
  throw new DepotError('storage', `${path}: can be written by other users`, {
    hint: 'layers there could be swapped: make it yours with mode 0755, or name another folder with --cache or --into',
  });
}
