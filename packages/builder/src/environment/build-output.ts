import type { Listing } from '@depotcast/hydrator/format';
import { gitTreeHash } from './git-tree.js';

/** What the build script of an installed package wrote beside the files that its tree hash is about. */
export interface BuildOutput {
  readonly package: string;
  /** Files below the package's folder, sorted. */
  readonly files: readonly string[];
}

/** Run by Pkg once, when it installs the package; everything in its folder is the script's own affair. */
const SCRIPT = 'deps/build.jl';
/** Written by Pkg itself, and read by nobody but the admin. */
export const BUILD_LOG = 'deps/build.log';
/** A package with more entries beside its script keeps sources there; each one doubles the sets to try. */
const MAX_ENTRIES = 10;

/**
 * Finds the entries of `deps` without which a package has the tree hash that it should have: those its build script wrote.
 * Nothing is guessed by name, as the hash decides; what the script changed elsewhere is never found.
 * @param listing of the package's folder
 * @param fileOf where the content of a path below it stands
 * @returns their files, sorted; undefined where nothing below `deps` explains the difference
 */
export async function findBuildOutput(
  listing: Listing,
  tree: string,
  fileOf: (path: string) => string,
  blobs: Map<string, string>,
): Promise<string[] | undefined> {
  if (!listing.some(({ path }) => path === SCRIPT)) return undefined;
  const entries = listing
    .map(({ path }) => path)
    .filter((path) => /^deps\/[^/]+$/.test(path) && path !== SCRIPT)
    .slice(0, MAX_ENTRIES);
  for (const written of subsets(entries)) {
    const isWritten = (path: string) =>
      written.some((entry) => path === entry || path.startsWith(`${entry}/`));
    const rest = listing.filter(({ path }) => !isWritten(path));
    if ((await gitTreeHash(rest, fileOf, blobs)) !== tree) continue;
    return listing
      .filter(({ type, path }) => type !== 'directory' && isWritten(path))
      .map(({ path }) => path);
  }
  return undefined;
}

/** All sets of some of the items but the empty one, small ones first. */
function subsets<T>(items: readonly T[]): T[][] {
  const all = items.reduce<T[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]]);
  return all.filter((set) => set.length > 0).sort((a, b) => a.length - b.length);
}
