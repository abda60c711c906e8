import {
  comparePaths,
  type Listing,
  type ListingEntry,
  parseRelativePath,
  treeDigestOf,
} from '@depotcast/hydrator/format';
import { dirname } from 'node:path';
import { listingBelow } from './listing-below.js';
import type { ListedSources } from './list-sources.js';

/** What an environment consists of, by who has it. */
export interface SharedFolders {
  /** What no other environment has. */
  readonly own: ListedSources;
  /** What it has in common with others: one part for each set of environments, whose names stand in the order of the spec. */
  readonly shared: readonly { readonly environments: readonly string[]; readonly content: ListedSources }[];
}

/**
 * Takes folders that several environments have, with the same bytes at the same path, out of them, so that each is kept
 * once. Which environments have a folder decides which part it belongs to: a change in one environment leaves the parts that
 * it has nothing to do with as they are.
 * @param folder what is shared or not as a whole: a package, an artifact
 */
export function shareFolders(
  contents: readonly { readonly environment: string; readonly content: ListedSources }[],
  folder: RegExp,
): SharedFolders[] {
  const owners = new Map<string, string[]>();
  const folders = contents.map(({ environment, content: { listing } }) =>
    listing
      .filter(({ type, path }) => type === 'directory' && folder.test(path))
      .map(({ path }) => {
        const key = `${path} ${treeDigestOf(listingBelow(listing, path))}`;
        const having = owners.get(key) ?? [];
        having.push(environment);
        owners.set(key, having);
        return { path, having };
      }),
  );
  return contents.map(({ content }, index) => {
    const parts = new Map<string, { environments: string[]; paths: Set<string> }>();
    for (const { path, having } of folders[index] ?? []) {
      if (having.length === 1) continue;
      const part = parts.get(having.join('\0')) ?? { environments: having, paths: new Set() };
      parts.set(having.join('\0'), part);
      part.paths.add(path);
    }
    const shared = [...parts.values()];
    const isShared = (path: string) => shared.some(({ paths }) => isBelow(path, paths));
    return {
      own: shared.length === 0 ? content : within(content, (path) => !isShared(path)),
      shared: shared.map(({ environments, paths }) => ({
        environments,
        content: within(content, (path) => isBelow(path, paths)),
      })),
    };
  });
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  for (let at = path; at !== '.'; at = dirname(at)) if (folders.has(at)) return true;
  return false;
}

/** The part of a tree whose paths are wanted, with the directories above them; others only where nothing was ever in them. */
function within(content: ListedSources, isWanted: (path: string) => boolean): ListedSources {
  const { listing } = content;
  const parents = new Set(listing.map(({ path }) => dirname(path)));
  const entries = new Map<string, ListingEntry>();
  for (const entry of listing) {
    if (!isWanted(entry.path) || (entry.type === 'directory' && parents.has(entry.path))) continue;
    entries.set(entry.path, entry);
    for (let path = dirname(entry.path); path !== '.'; path = dirname(path)) {
      entries.set(path, { type: 'directory', path: parseRelativePath(path, 'sources') });
    }
  }
  const sorted: Listing = [...entries.values()].sort((a, b) => comparePaths(a.path, b.path));
  return { ...content, listing: sorted };
}
