import type { Arch } from '@depotcast/hydrator/format';

/** Vector registers that code must not touch on a CPU without a feature, as operands in GNU objdump's output. */
interface Level {
  /** As /proc/cpuinfo spells it. */
  readonly feature: string;
  readonly registers: string;
}

const LEVELS: Readonly<Record<Arch, readonly Level[]>> = {
  x86_64: [
    { feature: 'avx', registers: '%ymm[0-9]+' },
    { feature: 'avx512f', registers: '%zmm[0-9]+|%k[1-7]|%[xy]mm(?:1[6-9]|[23][0-9])' },
  ],
  aarch64: [
    {
      feature: 'sve',
      registers: '(?<![\\w.])(?:z(?:[12]?[0-9]|3[01])|p(?:[0-9]|1[0-5]))(?:\\.[bhsdq]|/[mz])?(?![\\w.])',
    },
  ],
};

/**
 * A pattern for operands that are above the features of an image; undefined where none is.
 * @param features what the image demands of a node, as /proc/cpuinfo spells it
 */
export function registersAbove(arch: Arch, features: readonly string[]): string | undefined {
  const above = LEVELS[arch].filter(({ feature }) => !features.includes(feature));
  return above.length === 0 ? undefined : above.map(({ registers }) => `(?:${registers})`).join('|');
}
