import { cpu, type Cpu, implications } from './cpu.js';

/**
 * The aarch64 CPUs that Julia 1.5.3 to 1.13 knows by name, with its other names for them.
 * @see https://github.com/JuliaLang/julia/blob/v1.6.7/src/processor_arm.cpp#L230
 * @see https://github.com/JuliaLang/julia/blob/v1.12.5/src/processor_arm.cpp#L242
 */
export const AARCH64_CPUS: readonly Cpu[] = [
  cpu('generic denver1 xgene1 xgene2 xgene3', '', ''),
  cpu('armv8.1-a', '', 'crc lse rdm v8_1a'),
  cpu('armv8.2-a', 'armv8.1-a', 'ccpp v8_2a'),
  cpu('armv8.3_a', 'armv8.2-a', 'jsconv complxnum rcpc v8_3a'),
  cpu('armv8.4-a', 'armv8.3_a', 'dit rcpc-immo fmi flagm v8_4a'),
  cpu('armv8.5-a', 'armv8.4-a', 'sb ccdp altnzcv fptoint v8_5a'),
  cpu('armv8.6_a', 'armv8.5-a', 'i8mm bf16 v8_6a'),
  cpu('cortex-a34 cortex-a35 cortex-a53 cortex-a57 cortex-a72 cortex-a73', '', 'crc'),
  cpu('cortex-a65 cortex-a65ae neoverse-e1', 'armv8.2-a', 'fullfp16 rcpc ssbs'),
  cpu('cortex-a75', 'armv8.2-a', 'fullfp16 rcpc dotprod'),
  cpu(
    'cortex-a55 cortex-a76 cortex-a76ae cortex-a77 cortex-a78 cortex-x1 neoverse-n1 ares',
    'cortex-a75',
    'ssbs',
  ),
  cpu('zeus', 'armv8.4-a', 'fullfp16 sve ssbs i8mm bf16 rand', { until: '1.6' }),
  cpu('neoverse-v1 zeus', 'armv8.4-a', 'fullfp16 sve ssbs i8mm bf16 rand', { since: '1.6' }),
  cpu('neoverse-n2', 'armv8.5-a', 'fullfp16 sve sve2 sve2-bitperm i8mm bf16 rand mte', {
    since: '1.6',
  }),
  cpu(
    'thunderx thunderxt88 thunderxt88p1 thunderxt81 thunderxt83 denver2 phecda kyro exynos-m1 exynos-m2 exynos-m3',
    'cortex-a53',
    'aes sha2',
  ),
  cpu('thunderx2t99 thunderx2t99p1', 'armv8.1-a', 'aes sha2'),
  cpu('thunderx3t110', 'armv8.3_a', 'aes sha2'),
  cpu(
    'octeontx2 octeontx2t98 octeontx2t96 octeontx2f95 octeontx2f95n octeontx2f95mm',
    'armv8.2-a',
    'aes sha2',
  ),
  cpu('a64fx', 'armv8.2-a', 'sha2 fullfp16 complxnum sve'),
  cpu('carmel', 'octeontx2', 'fullfp16'),
  cpu('tsv110 exynos-m4 exynos-m5', 'carmel', 'dotprod'),
  cpu('falkor', 'thunderx', 'rdm'),
  cpu('saphira', 'armv8.4-a', 'aes sha2'),
  cpu('apple-a7 cyclone apple-a8 typhoon apple-a9 twister', 'thunderx', ''),
  cpu('apple-a10 hurricane', 'thunderx', 'rdm'),
  cpu('apple-a11', 'carmel', ''),
  cpu('apple-a12 apple-s4 apple-s5', 'thunderx3t110', 'fullfp16'),
  cpu('apple-a13', 'saphira', 'fullfp16 sha3 fp16fml'),
  cpu('apple-a14 apple-m1', 'armv8.5-a', 'aes sha2 fullfp16 sha3 dotprod fp16fml', {
    since: '1.8',
  }),
  cpu('apple-a15 apple-a16 apple-m2 apple-m3', 'apple-a14', 'i8mm bf16', { since: '1.11' }),
  cpu('apple-a17 apple-m4', 'apple-a15', '', { since: '1.12' }),
];

/** Without what it needs, Julia turns a feature off again. */
export const AARCH64_IMPLICATIONS = implications([
  'rcpc-immo: rcpc',
  'sha3: sha2',
  'ccdp: ccpp',
  'sve: fullfp16',
  'fp16fml: fullfp16',
  'altnzcv: fmi flagm',
  'sve2: sve',
  'sve2-aes: sve2 aes',
  'sve2-bitperm: sve2',
  'sve2-sha3: sve2 sha3',
  'sve2-sm4: sve2 sm4',
  'f32mm: sve',
  'f64mm: sve',
]);

/** What a version of the architecture brings with it; it stays when some of that is turned off. */
export const AARCH64_VERSIONS = implications([
  'v8_1a: crc lse rdm',
  'v8_2a: v8_1a ccpp',
  'v8_3a: v8_2a jsconv complxnum rcpc',
  'v8_4a: v8_3a dit rcpc-immo fmi flagm',
  'v8_5a: v8_4a sb ccdp altnzcv fptoint',
  'v8_6a: v8_5a i8mm bf16',
]);
