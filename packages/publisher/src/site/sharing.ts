import type { VerifiedRelease } from '@depotcast/hydrator';
import type { LayerId, ReleaseId } from '@depotcast/hydrator/format';
import { distinctLayers } from '../export/write-namespace.js';

/** Bytes of a release's layers, unpacked. */
export interface Sharing {
  /** In layers that other releases have as well. */
  readonly shared: number;
  /** In layers of its own. */
  readonly own: number;
}

/** How much of each release others have as well. */
export function sharingOf(releases: readonly VerifiedRelease[]): Map<ReleaseId, Sharing> {
  const uses = new Map<LayerId, number>();
  for (const { release } of releases) {
    for (const { id } of release.layers) uses.set(id, (uses.get(id) ?? 0) + 1);
  }
  return new Map(
    releases.map(({ id, release }) => {
      const sum = (isShared: boolean) =>
        bytesOf(release.layers.filter((layer) => (uses.get(layer.id) ?? 0) > 1 === isShared));
      return [id, { shared: sum(true), own: sum(false) }];
    }),
  );
}

/** Bytes of all releases, unpacked: each layer once, and as often as releases have it. */
export function totalsOf(releases: readonly VerifiedRelease[]): { once: number; each: number } {
  return {
    once: bytesOf(distinctLayers(releases)),
    each: bytesOf(releases.flatMap(({ release }) => release.layers)),
  };
}

function bytesOf(layers: readonly { readonly bytes: number }[]): number {
  return layers.reduce((sum, { bytes }) => sum + bytes, 0);
}
