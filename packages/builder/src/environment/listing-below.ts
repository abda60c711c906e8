import { type Listing, parseRelativePath } from '@depotcast/hydrator/format';

/** The listing of a folder of a listed tree, as if it were a tree of its own. */
export function listingBelow(listing: Listing, folder: string): Listing {
  const prefix = `${folder}/`;
  return listing
    .filter(({ path }) => path.startsWith(prefix))
    .map((entry) => ({ ...entry, path: parseRelativePath(entry.path.slice(prefix.length), folder) }));
}
