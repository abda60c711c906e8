/**
 * Names of feature bits as /proc/cpuinfo spells them, by word of Julia's feature table for x86 and bit.
 * @see https://github.com/JuliaLang/julia/blob/v1.5.3/src/features_x86.h
 */
const FEATURES: readonly Readonly<Record<number, string>>[] = [
  // CPUID 1, ECX
  {
    0: 'pni',
    1: 'pclmulqdq',
    9: 'ssse3',
    12: 'fma',
    13: 'cx16',
    19: 'sse4_1',
    20: 'sse4_2',
    22: 'movbe',
    23: 'popcnt',
    25: 'aes',
    26: 'xsave',
    28: 'avx',
    29: 'f16c',
    30: 'rdrand',
  },
  // CPUID 1, EDX
  {},
  // CPUID 7, EBX
  {
    0: 'fsgsbase',
    3: 'bmi1',
    5: 'avx2',
    8: 'bmi2',
    11: 'rtm',
    16: 'avx512f',
    17: 'avx512dq',
    18: 'rdseed',
    19: 'adx',
    21: 'avx512ifma',
    23: 'clflushopt',
    24: 'clwb',
    26: 'avx512pf',
    27: 'avx512er',
    28: 'avx512cd',
    29: 'sha_ni',
    30: 'avx512bw',
    31: 'avx512vl',
  },
  // CPUID 7, ECX
  { 1: 'avx512vbmi', 3: 'pku', 6: 'avx512_vbmi2', 8: 'gfni', 9: 'vaes', 11: 'avx512_vnni' },
  // CPUID 7, EDX
  {},
  // CPUID 8000_0001, ECX
  { 0: 'lahf_lm', 5: 'abm', 6: 'sse4a', 8: '3dnowprefetch', 11: 'xop', 16: 'fma4', 21: 'tbm' },
  // CPUID 8000_0001, EDX
  {},
  // CPUID 0xd/1, EAX
  { 0: 'xsaveopt', 1: 'xsavec', 3: 'xsaves' },
  // CPUID 8000_0008, EBX
  { 0: 'clzero', 9: 'wbnoinvd' },
];

/** Every name that an image can record. */
export const X86_FEATURES: ReadonlySet<string> = new Set(FEATURES.flatMap((word) => Object.values(word)));

/** Names of the bits that are set; one without a name comes out as `word 2 bit 14`. */
export function namesOfX86(words: readonly number[]): string[] {
  return words.flatMap((word, index) =>
    Array.from({ length: 32 }, (_, bit) => bit)
      .filter((bit) => (word >>> bit) & 1)
      .map((bit) => FEATURES[index]?.[bit] ?? `word ${index} bit ${bit}`),
  );
}
