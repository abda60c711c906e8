import { DepotError } from '../error.js';
import { isAtLeast } from '../julia-version.js';
import type { Arch } from '../target.js';
import { AARCH64_FEATURES } from './aarch64-features.js';
import type { RecordedTarget } from './dispatch-targets.js';
import { holdsFor, type JuliaFeature } from './julia-feature.js';
import { X86_FEATURES } from './x86-features.js';

/** What a recorded target demands of a node. */
export interface RecordedFeatures {
  /** Julia's names, sorted; a bit that its table does not have comes out as `word 2 bit 14`. */
  readonly julia: readonly string[];
  /** The same as /proc/cpuinfo spells them, sorted. */
  readonly kernel: readonly string[];
  /** Those of `julia` that no kernel shows, so that nodes cannot be told apart by them. */
  readonly unshown: readonly string[];
}

/** From 1.14 on Julia records features by numbers that change with each LLVM. */
export function isReadable(juliaVersion: string): boolean {
  return !isAtLeast(juliaVersion, '1.14');
}

/** Every feature that a Julia can record for an architecture. */
export function juliaFeatures(arch: Arch, juliaVersion: string): JuliaFeature[] {
  const table = arch === 'x86_64' ? X86_FEATURES : AARCH64_FEATURES;
  return table.filter((feature) => holdsFor(feature, juliaVersion));
}

/**
 * Names what a target demands.
 * @throws DepotError `bad-format` when the words are not those of that Julia
 */
export function decodeFeatures(
  { enabled }: Pick<RecordedTarget, 'enabled'>,
  arch: Arch,
  juliaVersion: string,
): RecordedFeatures {
  if (!isReadable(juliaVersion) || !widths(arch, juliaVersion).includes(enabled.length)) {
    throw new DepotError(
      'bad-format',
      `${enabled.length} words of CPU features are not what Julia ${juliaVersion} records for ${arch}`,
    );
  }
  const table = new Map(juliaFeatures(arch, juliaVersion).map((feature) => [feature.bit, feature]));
  const found = bitsOf(enabled).map(
    (bit) => table.get(bit) ?? { name: `word ${bit >> 5} bit ${bit & 31}`, bit, kernel: [] },
  );
  return {
    julia: found.map(({ name }) => name).sort(),
    kernel: [...new Set(found.flatMap(({ kernel }) => kernel))].sort(),
    unshown: found.filter(({ kernel }) => kernel.length === 0).map(({ name }) => name),
  };
}

/** Numbers of words; early releases of 1.5 have fewer than later ones. */
function widths(arch: Arch, juliaVersion: string): number[] {
  if (arch === 'aarch64') return [3];
  return isAtLeast(juliaVersion, '1.12') ? [12] : isAtLeast(juliaVersion, '1.6') ? [11] : [9, 11];
}

function bitsOf(words: readonly number[]): number[] {
  return words.flatMap((word, index) =>
    Array.from({ length: 32 }, (_, bit) => bit)
      .filter((bit) => (word >>> bit) & 1)
      .map((bit) => 32 * index + bit),
  );
}
