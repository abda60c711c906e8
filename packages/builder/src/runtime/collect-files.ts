import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isBaseLibrary } from './base-libraries.js';
import type { Installation } from './installation.js';

/** By path below an installation's root, the file that stands there once all links are followed. */
export type CollectedFiles = ReadonlyMap<string, string>;

const LIBRARY = /\.so(?:\.[0-9.]+)?$/;
/** For testing Julia itself, or for debugging it. */
const NOT_FOR_JOBS = /(?:-debug\.so|^libccalltest\.|^libllvmcalltest\.)/;
const NOT_SHARED = /^(?:share\/julia\/(?:test|doc)|share\/julia\/stdlib\/v[^/]+\/[^/]+\/(?:test|docs?))$/;

/**
 * Everything of an installation that jobs need: libraries, helper programs, the standard library with the caches that come
 * with it, Base's sources, settings and certificates; neither headers nor documentation nor tests. What a link leads out
 * of the tree for is taken in.
 */
export async function collectFiles({ root, libraries }: Installation): Promise<CollectedFiles> {
  const files = new Map<string, string>();
  const tops = [...new Set(libraries.map((folder) => folder.split('/')[0] ?? folder))];
  const isLibrary = (name: string): boolean =>
    LIBRARY.test(name) && !NOT_FOR_JOBS.test(name) && !isBaseLibrary(name);
  for (const top of tops) await walk(root, top, files, isLibrary, []);
  for (const top of ['libexec', 'share/julia', 'etc/julia', 'LICENSE.md']) {
    await walk(root, top, files, () => true, []);
  }
  return files;
}

/** A link that leads nowhere is left out: should something need it, that will be told of its name. */
async function walk(
  root: string,
  path: string,
  files: Map<string, string>,
  isWanted: (name: string) => boolean,
  above: readonly string[],
): Promise<void> {
  const real = await realpath(join(root, path)).catch(() => undefined);
  if (real === undefined || NOT_SHARED.test(path) || above.includes(real)) return;
  const stats = await stat(real);
  if (stats.isDirectory()) {
    for (const name of await readdir(real)) {
      await walk(root, `${path}/${name}`, files, isWanted, [...above, real]);
    }
  } else if (stats.isFile() && isWanted(path.slice(path.lastIndexOf('/') + 1))) {
    files.set(path, real);
  }
}
