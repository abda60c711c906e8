import { DepotError } from '@depotcast/hydrator/format';
import { posix } from 'node:path';
import { isBaseLibrary } from './base-libraries.js';
import type { LibraryFacts } from './library-facts.js';

/** Programs and libraries by their paths in the layer. */
export type Binaries = ReadonlyMap<string, LibraryFacts>;

/** Names of libraries that something needs, and that neither `folders` nor the node's glibc have. */
export function missingLibraries(
  binaries: Binaries,
  paths: Iterable<string>,
  folders: readonly string[],
): Map<string, string> {
  const present = namesIn(paths, folders);
  const missing = new Map<string, string>();
  for (const [path, { needed }] of binaries) {
    for (const name of needed) {
      if (!isBaseLibrary(name) && !present.has(name) && !missing.has(name)) missing.set(name, path);
    }
  }
  return missing;
}

/**
 * Where libraries should stand, too: under the names that others ask for them by. What Julia loads while it runs, no
 * library needs, and a host's own would be loaded instead.
 * @returns paths of libraries by the paths that they should have besides
 */
export function ownNames(
  binaries: Binaries,
  paths: Iterable<string>,
  folders: readonly string[],
): Map<string, string> {
  const present = namesIn(paths, folders);
  const names = new Map<string, string>();
  for (const [path, { name }] of binaries) {
    const folder = posix.dirname(path);
    if (name === undefined || present.has(name) || !folders.includes(folder)) continue;
    present.add(name);
    names.set(`${folder}/${name}`, path);
  }
  return names;
}

/**
 * Whether the linker finds all by itself. Otherwise it must be told of the folders: what one library has been told is not
 * handed on to those that it needs.
 */
export function findThemselves(binaries: Binaries, paths: Iterable<string>): boolean {
  const present = new Set(paths);
  return [...binaries].every(([path, { needed, searched }]) =>
    needed.every(
      (name) =>
        isBaseLibrary(name) || searched.some((folder) => present.has(posix.join(expand(folder, path), name))),
    ),
  );
}

/**
 * Refuses places to search that would be others on a node.
 * @throws DepotError `bad-spec`, naming the file
 */
export function refuseForeignPaths(binaries: Binaries, root: string): void {
  for (const [path, { searched }] of binaries) {
    const foreign = searched.find((folder) => {
      const place = expand(folder, path);
      return posix.isAbsolute(place) || place === '..' || place.startsWith('../');
    });
    if (foreign === undefined) continue;
    throw new DepotError(
      'bad-spec',
      `[julia] bundle-runtime: ${root}/${path}: searches for libraries in ${foreign}, outside of Julia's installation`,
      {
        hint: `patchelf --set-rpath '$ORIGIN' on that file; or unpack an official Julia, which searches only its own`,
      },
    );
  }
}

/** The newest glibc that something asks for, as in `2.34`; undefined where nothing does. */
export function glibcNeeded(binaries: Binaries): string | undefined {
  const versions = [...binaries.values()].flatMap((facts) =>
    facts.versions.flatMap((version) => /^GLIBC_([0-9.]+)$/.exec(version)?.[1] ?? []),
  );
  return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}

function expand(folder: string, path: string): string {
  return posix.normalize(folder.replace(/\$(?:ORIGIN|\{ORIGIN\})/g, posix.dirname(path)));
}

function namesIn(paths: Iterable<string>, folders: readonly string[]): Set<string> {
  const within = [...paths].filter((path) => folders.includes(posix.dirname(path)));
  return new Set(within.map((path) => posix.basename(path)));
}
