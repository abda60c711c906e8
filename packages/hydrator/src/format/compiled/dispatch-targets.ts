/** A CPU target as Julia records it in what it compiles. */
export interface RecordedTarget {
  readonly cpu: string;
  /** Julia did not know the CPU's name: it recorded no features of it, and accepts the code on every node. */
  readonly isUnknownName: boolean;
  /** Words of CPU feature bits that a node must have, in the order of Julia's feature table for the architecture. */
  readonly enabled: readonly number[];
}

const UNKNOWN_NAME = 1 << 5;

/**
 * Decodes the targets of an image of Julia up to 1.13: a count, then for each its flags, its enabled and disabled
 * features (both preceded by the number of words), its CPU's name and further feature names. What follows is ignored.
 * @see https://github.com/JuliaLang/julia/blob/v1.10.8/src/processor.cpp#L445
 * @throws RangeError when the bytes end too early
 */
export function parseDispatchTargets(bytes: Buffer): RecordedTarget[] {
  let at = 0;
  const word = (): number => {
    at += 4;
    return bytes.readUInt32LE(at - 4);
  };
  const text = (): string => {
    const length = word();
    at += length;
    if (at > bytes.length) throw new RangeError(`a name ends at ${at}, the record at ${bytes.length}`);
    return bytes.toString('latin1', at - length, at);
  };
  const words = (count: number): number[] => {
    if (count > MAX_WORDS) throw new RangeError(`expected at most ${MAX_WORDS} words, got ${count}`);
    return Array.from({ length: count }, word);
  };
  const count = word();
  if (count > MAX_TARGETS) throw new RangeError(`expected at most ${MAX_TARGETS} targets, got ${count}`);
  return Array.from({ length: count }, () => {
    const flags = word();
    const width = word();
    const enabled = words(width);
    words(width);
    const cpu = text();
    text();
    return { cpu, isUnknownName: (flags & UNKNOWN_NAME) !== 0, enabled };
  });
}

/** Far above what any Julia writes: damaged bytes must not make long lists. */
const MAX_WORDS = 64;
const MAX_TARGETS = 256;

/** Bytes that surely hold all targets of an image, for readers that do not know where they end. */
export const MAX_TARGETS_BYTES = 64 * 1024;
