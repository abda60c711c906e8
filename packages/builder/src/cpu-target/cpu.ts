import type { JuliaFeature } from '@depotcast/hydrator/format';

/** CPUs whose names Julia knows and that have the same features. */
export interface Cpu extends Pick<JuliaFeature, 'since' | 'until'> {
  readonly names: readonly string[];
  /** Name of the CPU that it builds on. */
  readonly base: string | undefined;
  /** Features that it has beyond those of its base, by Julia's names. */
  readonly features: readonly string[];
}

/** A feature that Julia turns on with another one. */
export interface Implication {
  readonly feature: string;
  readonly implies: string;
}

export function cpu(
  names: string,
  base: string,
  features: string,
  bounds: Pick<JuliaFeature, 'since' | 'until'> = {},
): Cpu {
  return {
    names: words(names),
    base: base === '' ? undefined : base,
    features: words(features),
    ...bounds,
  };
}

/** `a: b c` says that `a` needs `b` and `c`. */
export function implications(lines: readonly string[]): Implication[] {
  return lines.flatMap((line) => {
    const [feature = '', ...implied] = words(line.replace(':', ''));
    return implied.map((implies) => ({ feature, implies }));
  });
}

export function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}
