import { DepotError, type Image, type LayerId } from '@depotcast/hydrator/format';

/**
 * Refuses an image that says that it needs less than its code demands: nodes would be chosen on which Julia refuses it.
 * @param recorded what each layer's code demands, as /proc/cpuinfo spells it
 * @throws DepotError `bad-format`, naming the features
 */
export function refuseUnderstated(
  images: readonly Image[],
  recorded: ReadonlyMap<LayerId, readonly string[] | null>,
  where: string,
): void {
  for (const { environment, target, start, requires, sysimage, compiled } of images) {
    for (const layer of sysimage === null ? [compiled] : [sysimage, compiled]) {
      const missing = (recorded.get(layer) ?? []).filter((name) => !requires.includes(name));
      if (missing.length === 0) continue;
      throw new DepotError(
        'bad-format',
        `${where}: the image of ${environment} for ${target} (${start}) says that it does not need ${missing.join(' ')}, but ${layer} does`,
        { hint: 'it was not written by depot-build, or was changed since: build it again' },
      );
    }
  }
}
