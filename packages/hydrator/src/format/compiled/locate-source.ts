import { isPathBound } from '../julia-version.js';
import { tree } from '../layout.js';
import type { ListingEntry } from '../listing.js';
import { resolveLink } from '../relative-path.js';
import type { ImageFacts, SourcePlace } from './image-facts.js';

/**
 * Where a path of a cache leads: to a place among the image's layers, and there to an entry if it has one; to Julia's own
 * standard library; or out of both.
 */
export type Located<Place> =
  { readonly place: Place; readonly entry: ListingEntry | undefined } | 'julia' | 'outside';

export interface LocatingFacts<Place> extends Pick<ImageFacts, 'image' | 'prefix'> {
  readonly places: readonly Place[];
}

export function locateSource<Place extends SourcePlace>(
  path: string,
  facts: LocatingFacts<Place>,
): Located<Place> {
  return isPathBound(facts.image.julia.version) ? locateAbsolute(path, facts) : locateInDepot(path, facts);
}

function locateAbsolute<Place extends SourcePlace>(
  path: string,
  { image, prefix, places }: LocatingFacts<Place>,
): Located<Place> {
  for (const place of places) {
    const root = `${prefix}/${tree.layer(place.layer)}/`;
    if (path.startsWith(root)) return { place, entry: findEntry(place, path.slice(root.length)) };
  }
  const isJulias = !path.startsWith(`${prefix}/`) && isOfStandardLibrary(path, image.julia.version);
  return isJulias ? 'julia' : 'outside';
}

const DEPOT = '@depot/';

/** Julia looks for what is below `@depot` in all depots of a job, its own among them. */
function locateInDepot<Place extends SourcePlace>(
  path: string,
  { image, places }: LocatingFacts<Place>,
): Located<Place> {
  const [first] = places;
  if (!path.startsWith(DEPOT) || first === undefined) return 'outside';
  const below = path.slice(DEPOT.length);
  for (const place of places) {
    const entry = findEntry(place, below);
    if (entry !== undefined) return { place, entry };
  }
  return isOfStandardLibrary(path, image.julia.version) ? 'julia' : { place: first, entry: undefined };
}

function isOfStandardLibrary(path: string, version: string): boolean {
  const [minor = ''] = /^\d+\.\d+/.exec(version) ?? [];
  return path.includes(`/stdlib/v${minor}/`) && !path.split('/').includes('..');
}

/** As many links as Linux follows. */
const MAX_LINKS = 40;

/** The entry at a path, through symbolic links. */
function findEntry(
  { entries }: Pick<SourcePlace, 'entries'>,
  path: string,
  links = 0,
): ListingEntry | undefined {
  const parts = path.split('/');
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const entry = entries.get(parts.slice(0, depth).join('/'));
    if (entry === undefined || links > MAX_LINKS) return undefined;
    if (entry.type === 'symlink') {
      const target = resolveLink(entry.path, entry.target, entry.path);
      const rest = [target, ...parts.slice(depth)].filter((part) => part !== '').join('/');
      return findEntry({ entries }, rest, links + 1);
    }
    if (depth === parts.length) return entry;
  }
  return undefined;
}
