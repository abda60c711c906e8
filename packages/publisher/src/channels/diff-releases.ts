import {
  comparePackages,
  type PackageChange,
  type Release,
  type ReleaseLayer,
} from '@depotcast/hydrator/format';

/** What a node that has one release must do for another. */
export interface ReleaseDiff {
  /** By environment, those that are in both. */
  readonly packages: readonly { readonly environment: string; readonly changes: readonly PackageChange[] }[];
  readonly targets: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly layers: {
    readonly added: readonly ReleaseLayer[];
    readonly removed: readonly ReleaseLayer[];
    readonly kept: readonly ReleaseLayer[];
  };
  /** Bytes of the added layers less those of the removed ones, unpacked. */
  readonly growth: number;
}

export function diffReleases(from: Release, to: Release): ReleaseDiff {
  const targetsOf = (release: Release) => new Set(release.images.map(({ target }) => target));
  const idsOf = (release: Release) => new Set(release.layers.map(({ id }) => id));
  const [fromTargets, toTargets] = [targetsOf(from), targetsOf(to)];
  const [fromIds, toIds] = [idsOf(from), idsOf(to)];
  const added = to.layers.filter(({ id }) => !fromIds.has(id));
  const removed = from.layers.filter(({ id }) => !toIds.has(id));
  return {
    packages: to.environments.flatMap(({ name, packages }) => {
      const old = from.environments.find((environment) => environment.name === name);
      const changes = old === undefined ? [] : comparePackages(old.packages, packages);
      return changes.length === 0 ? [] : [{ environment: name, changes }];
    }),
    targets: {
      added: [...toTargets].filter((target) => !fromTargets.has(target)),
      removed: [...fromTargets].filter((target) => !toTargets.has(target)),
    },
    layers: { added, removed, kept: to.layers.filter(({ id }) => fromIds.has(id)) },
    growth: bytesOf(added) - bytesOf(removed),
  };
}

function bytesOf(layers: readonly ReleaseLayer[]): number {
  return layers.reduce((sum, { bytes }) => sum + bytes, 0);
}
