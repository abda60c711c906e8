/** A CPU target as Julia records it in what it compiles. */
export interface RecordedTarget {
  readonly cpu: string;
  /** Words of CPU feature bits that a node must have, in the order of Julia's feature table for the architecture. */
  readonly enabled: readonly number[];
}

/** Symbol of a system image that holds its targets, up to Julia 1.8. */
export const DISPATCH_TARGETS = 'jl_dispatch_target_ids';

/**
 * Decodes the targets of an image: a count, then for each its flags, its enabled and disabled features (both preceded by
 * the number of words), its CPU's name and further feature names.
 * @see https://github.com/JuliaLang/julia/blob/v1.5.3/src/processor.cpp#L539
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
    return bytes.toString('latin1', at - length, at);
  };
  const words = (count: number): number[] => Array.from({ length: count }, word);
  return Array.from({ length: word() }, () => {
    word();
    const count = word();
    const enabled = words(count);
    words(count);
    const cpu = text();
    text();
    return { cpu, enabled };
  });
}
