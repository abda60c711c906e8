import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DepotError, repository, tree } from '../format/index.js';
import { MirroredSource } from '../source/mirrored-source.js';
import { isUrl, openCopies, openSource } from '../source/open-source.js';
import type { Source } from '../source/source.js';

/** What `--repo` names: a mounted tree, whose layers can be used where they are, or a repository to fetch from. */
export type Location =
  | { readonly kind: 'tree'; readonly source: Source; readonly root: string }
  | { readonly kind: 'repository'; readonly source: Source };

/**
 * @param mirrors further copies of a repository, for where the first is away or serves what is not signed
 * @param warn told when one is left for the next
 * @throws DepotError `not-found` when a directory is neither, and there is no mirror
 */
export async function locate(
  repo: string,
  mirrors: readonly string[] = [],
  warn: (message: string) => void = () => undefined,
): Promise<Location> {
  const location = isUrl(repo) ? repo.replace(/\/+$/, '') : resolve(repo);
  const copies = [repo, ...mirrors];
  if (!isUrl(repo)) {
    const kind = await kindOf(location).catch((error: unknown) => {
      if (!(error instanceof DepotError)) throw error;
      return error;
    });
    if (kind === 'tree') return { kind, source: openSource(repo), root: location };
    if (kind instanceof DepotError) {
      const [next] = mirrors;
      if (next === undefined) throw kind;
      warn(`${kind.message}; going on with ${next}`);
      copies.shift();
    }
  }
  if (mirrors.length === 0) return { kind: 'repository', source: openSource(repo) };
  return { kind: 'repository', source: new MirroredSource(location, openCopies(copies), warn) };
}

/** @throws DepotError `not-found` for a directory that is neither, `unreachable` for one that cannot be read */
async function kindOf(root: string): Promise<Location['kind']> {
  if (await isDirectory(join(root, tree.layers))) return 'tree';
  if (await isDirectory(join(root, repository.metadata))) return 'repository';
  throw new DepotError(
    'not-found',
    `${root}: neither a repository nor a mounted tree: no .depot/tuf below it`,
    {
      hint: 'check --repo: it takes a mounted prefix, a repository directory or an http(s) URL',
    },
  );
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw new DepotError('unreachable', `${path}: cannot be read (${code})`, { cause });
  }
}
