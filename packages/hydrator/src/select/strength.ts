/** Bytes of the widest vector registers that a set of required features brings into use. */
export function vectorBytes(requires: readonly string[]): number {
  if (requires.includes('avx512f')) return 64;
  if (requires.includes('sve2')) return 48;
  if (requires.includes('avx') || requires.includes('sve')) return 32;
  return 16;
}

/**
 * Orders feature sets, strongest first: by vector width, then by count. A set comes before every set that it contains,
 * for it has no narrower vectors and more features.
 */
export function byStrength(a: readonly string[], b: readonly string[]): number {
  return vectorBytes(b) - vectorBytes(a) || b.length - a.length;
}
