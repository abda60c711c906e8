import type { Arch } from '@depotcast/hydrator/format';

/** A CPU as it is sold or rented, with the features that Linux shows of it. */
export interface KnownCpu {
  readonly name: string;
  readonly arch: Arch;
  /** In kernel spelling; those that images are compiled for, and those that virtual machines often hide. */
  readonly features: readonly string[];
}

/** A set of features, from words between spaces; most generations only add to the one before. */
export function features(words: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...words.split(/\s+/).filter(Boolean)];
}

export function without(words: string, before: readonly string[]): readonly string[] {
  const gone = words.split(/\s+/);
  return before.filter((feature) => !gone.includes(feature));
}
