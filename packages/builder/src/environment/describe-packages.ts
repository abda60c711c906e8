import { type Listing, type Package, parseRelativePath, treeDigestOf } from '@depotcast/hydrator/format';
import type { ManifestEntry } from './manifest.js';

/**
 * The packages of a Manifest as releases name them, by name.
 * @param listing the sources layer, which holds those that are taken from folders
 */
export function describePackages(manifest: readonly ManifestEntry[], listing: Listing): Package[] {
  return manifest
    .map(({ name, uuid, version = null, origin }): Package => {
      switch (origin.kind) {
        case 'stdlib':
          return { name, uuid, version, tree: null };
        case 'installed':
          return { name, uuid, version, tree: origin.tree };
        case 'path':
          return { name, uuid, version, tree: treeDigestOf(below(listing, `dev/${name}/`)) };
      }
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.uuid < b.uuid ? -1 : 1));
}

/** The listing of a folder of a listed tree, as if it were a tree of its own. */
function below(listing: Listing, folder: string): Listing {
  return listing
    .filter(({ path }) => path.startsWith(folder))
    .map((entry) => ({ ...entry, path: parseRelativePath(entry.path.slice(folder.length), folder) }));
}
