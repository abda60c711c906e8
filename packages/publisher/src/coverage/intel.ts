import { features, type KnownCpu } from './cpu.js';

/** What every x86-64 CPU has. */
export const X86_64 = features('fpu cx8 cmov mmx fxsr sse sse2 syscall nx lm');

const NEHALEM = features('pni cx16 ssse3 sse4_1 sse4_2 popcnt lahf_lm rdtscp', X86_64);
const WESTMERE = features('aes pclmulqdq pdpe1gb', NEHALEM);
const SANDY_BRIDGE = features('xsave xsaveopt avx', WESTMERE);
const IVY_BRIDGE = features('f16c rdrand fsgsbase erms', SANDY_BRIDGE);
export const HASWELL = features('fma movbe abm avx2 bmi1 bmi2 invpcid', IVY_BRIDGE);
const BROADWELL = features('adx rdseed 3dnowprefetch', HASWELL);
const SKYLAKE = features('clflushopt xsavec xgetbv1 xsaves', BROADWELL);
export const SKYLAKE_SP = features('avx512f avx512dq avx512cd avx512bw avx512vl clwb pku ospke', SKYLAKE);
export const CASCADE_LAKE = features('avx512_vnni', SKYLAKE_SP);
export const ICE_LAKE_SP = features(
  'avx512ifma avx512vbmi avx512_vbmi2 avx512_bitalg avx512_vpopcntdq gfni vaes vpclmulqdq sha_ni rdpid wbnoinvd',
  CASCADE_LAKE,
);
const SAPPHIRE_RAPIDS = features(
  'avx512_bf16 avx512_fp16 amx_tile amx_bf16 amx_int8 avx_vnni movdiri movdir64b serialize waitpkg cldemote',
  ICE_LAKE_SP,
);
/** The cores without AVX-512, of servers and beside the big ones of desktops. */
const EFFICIENT = features(
  'clwb pku ospke sha_ni gfni vaes vpclmulqdq rdpid avx_vnni movdiri movdir64b serialize waitpkg',
  SKYLAKE,
);
const KNIGHTS_LANDING = features('avx512f avx512cd avx512er avx512pf', BROADWELL);

const intel = (name: string, has: readonly string[]): KnownCpu => ({
  name: `Intel ${name}`,
  arch: 'x86_64',
  features: has,
});

/** Oldest first. After Intel's Software Developer's Manual and the levels' table in the x86-64 psABI. */
export const INTEL: readonly KnownCpu[] = [
  intel('Nehalem', NEHALEM),
  intel('Westmere', WESTMERE),
  intel('Sandy Bridge', SANDY_BRIDGE),
  intel('Ivy Bridge', IVY_BRIDGE),
  intel('Haswell', HASWELL),
  intel('Broadwell', BROADWELL),
  intel('Skylake (client)', SKYLAKE),
  intel('Knights Landing', KNIGHTS_LANDING),
  intel('Skylake-SP', SKYLAKE_SP),
  intel('Cascade Lake', CASCADE_LAKE),
  intel('Cooper Lake', features('avx512_bf16', CASCADE_LAKE)),
  intel('Ice Lake-SP', ICE_LAKE_SP),
  intel('Alder Lake', EFFICIENT),
  intel('Sapphire Rapids', SAPPHIRE_RAPIDS),
  intel('Emerald Rapids', SAPPHIRE_RAPIDS),
  intel('Granite Rapids', SAPPHIRE_RAPIDS),
  intel('Sierra Forest', EFFICIENT),
];
