import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DepotError, repository, tree } from '../format/index.js';
import { isUrl, openSource } from '../source/open-source.js';
import type { Source } from '../source/source.js';

/** What `--repo` names: a mounted tree, whose layers can be used where they are, or a repository to fetch from. */
export type Location =
  | { readonly kind: 'tree'; readonly source: Source; readonly root: string }
  | { readonly kind: 'repository'; readonly source: Source };

/** @throws DepotError `not-found` when a directory is neither. */
export async function locate(repo: string): Promise<Location> {
  const source = openSource(repo);
  if (isUrl(repo)) return { kind: 'repository', source };
  const root = resolve(repo);
  if (await isDirectory(join(root, tree.layers))) return { kind: 'tree', source, root };
  if (await isDirectory(join(root, repository.metadata))) return { kind: 'repository', source };
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
