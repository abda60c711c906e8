import { features, type KnownCpu, without } from './cpu.js';
import { X86_64 } from './intel.js';

const K10 = features('pni cx16 popcnt lahf_lm abm sse4a misalignsse 3dnowprefetch rdtscp pdpe1gb', X86_64);
const BULLDOZER = features('ssse3 sse4_1 sse4_2 aes pclmulqdq xsave avx xop fma4', K10);
const PILEDRIVER = features('fma f16c bmi1 tbm', BULLDOZER);
const EXCAVATOR = features('avx2 bmi2 movbe rdrand fsgsbase xsaveopt', PILEDRIVER);
export const ZEN_1 = features(
  'rdseed adx clflushopt sha_ni xsavec xgetbv1 xsaves clzero',
  without('xop fma4 tbm', EXCAVATOR),
);
const ZEN_2 = features('clwb rdpid wbnoinvd', ZEN_1);
export const ZEN_3 = features('pku ospke vaes vpclmulqdq invpcid erms', ZEN_2);
export const ZEN_4 = features(
  `avx512f avx512dq avx512cd avx512bw avx512vl avx512ifma avx512vbmi avx512_vbmi2 avx512_vnni avx512_bitalg
   avx512_vpopcntdq avx512_bf16 gfni`,
  ZEN_3,
);
const ZEN_5 = features('avx_vnni avx512_vp2intersect movdiri movdir64b', ZEN_4);

const amd = (name: string, has: readonly string[]): KnownCpu => ({ name, arch: 'x86_64', features: has });

/** Oldest first. After AMD's Architecture Programmer's Manual. */
export const AMD: readonly KnownCpu[] = [
  amd('AMD K10', K10),
  amd('AMD Bulldozer', BULLDOZER),
  amd('AMD Piledriver', PILEDRIVER),
  amd('AMD Excavator', EXCAVATOR),
  amd('AMD Zen 1 (Naples)', ZEN_1),
  amd('Hygon Dhyana', ZEN_1),
  amd('AMD Zen 2 (Rome)', ZEN_2),
  amd('AMD Zen 3 (Milan)', ZEN_3),
  amd('AMD Zen 4 (Genoa)', ZEN_4),
  amd('AMD Zen 4c (Bergamo)', ZEN_4),
  amd('AMD Zen 5 (Turin)', ZEN_5),
];
