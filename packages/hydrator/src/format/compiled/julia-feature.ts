import { isAtLeast } from '../julia-version.js';

/** A CPU feature as Julia has it: one bit in the words that an image records for each of its targets. */
export interface JuliaFeature {
  /** As `-C` takes it. */
  readonly name: string;
  /** Where it stands: 32 times the word, plus the bit. */
  readonly bit: number;
  /** What /proc/cpuinfo shows on a CPU that has it; empty where no kernel shows it. */
  readonly kernel: readonly string[];
  /** The first Julia that records it, as `1.9`. */
  readonly since?: string;
  /** The first Julia that no longer does. */
  readonly until?: string;
}

/** Whether an entry with these bounds holds for a Julia. */
export function holdsFor(
  { since, until }: Pick<JuliaFeature, 'since' | 'until'>,
  juliaVersion: string,
): boolean {
  return (
    (since === undefined || isAtLeast(juliaVersion, since)) &&
    (until === undefined || !isAtLeast(juliaVersion, until))
  );
}
