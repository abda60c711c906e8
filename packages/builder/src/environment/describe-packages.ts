import { type Listing, type ManifestEntry, type Package, treeDigestOf } from '@depotcast/hydrator/format';
import { listingBelow } from './listing-below.js';

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
          return { name, uuid, version, tree: treeDigestOf(listingBelow(listing, `dev/${name}`)) };
      }
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.uuid < b.uuid ? -1 : 1));
}
