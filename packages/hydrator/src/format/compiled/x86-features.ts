import type { JuliaFeature } from './julia-feature.js';

/**
 * Features that Julia up to 1.13 records for x86. What no kernel shows in /proc/cpuinfo has no kernel name.
 * @see https://github.com/JuliaLang/julia/blob/v1.5.3/src/features_x86.h
 * @see https://github.com/JuliaLang/julia/blob/v1.12.5/src/features_x86.h
 */
export const X86_FEATURES: readonly JuliaFeature[] = [
  // CPUID 1, ECX
  feature('sse3', 0, 0, 'pni'),
  feature('pclmul', 0, 1, 'pclmulqdq'),
  feature('ssse3', 0, 9),
  feature('fma', 0, 12),
  feature('cx16', 0, 13),
  feature('sse4.1', 0, 19, 'sse4_1'),
  feature('sse4.2', 0, 20, 'sse4_2'),
  feature('movbe', 0, 22),
  feature('popcnt', 0, 23),
  feature('aes', 0, 25),
  feature('xsave', 0, 26),
  feature('avx', 0, 28),
  feature('f16c', 0, 29),
  feature('rdrnd', 0, 30, 'rdrand'),
  // CPUID 7, EBX
  feature('fsgsbase', 2, 0),
  feature('bmi', 2, 3, 'bmi1'),
  feature('avx2', 2, 5),
  feature('bmi2', 2, 8),
  feature('rtm', 2, 11),
  feature('avx512f', 2, 16),
  feature('avx512dq', 2, 17),
  feature('rdseed', 2, 18),
  feature('adx', 2, 19),
  feature('avx512ifma', 2, 21),
  feature('clflushopt', 2, 23),
  feature('clwb', 2, 24),
  feature('avx512pf', 2, 26, 'avx512pf', { until: '1.12' }),
  feature('avx512er', 2, 27, 'avx512er', { until: '1.12' }),
  feature('avx512cd', 2, 28),
  feature('sha', 2, 29, 'sha_ni'),
  feature('avx512bw', 2, 30),
  feature('avx512vl', 2, 31),
  // CPUID 7, ECX
  feature('prefetchwt1', 3, 0, null, { until: '1.12' }),
  feature('avx512vbmi', 3, 1),
  feature('pku', 3, 4, 'ospke'),
  feature('waitpkg', 3, 5),
  feature('avx512vbmi2', 3, 6, 'avx512_vbmi2'),
  feature('shstk', 3, 7, 'user_shstk'),
  feature('gfni', 3, 8),
  feature('vaes', 3, 9),
  feature('vpclmulqdq', 3, 10),
  feature('avx512vnni', 3, 11, 'avx512_vnni'),
  feature('avx512bitalg', 3, 12, 'avx512_bitalg'),
  feature('avx512vpopcntdq', 3, 14, 'avx512_vpopcntdq'),
  feature('rdpid', 3, 22),
  feature('cldemote', 3, 25),
  feature('movdiri', 3, 27),
  feature('movdir64b', 3, 28),
  feature('enqcmd', 3, 29),
  // CPUID 7, EDX
  feature('uintr', 4, 5, null, { since: '1.10' }),
  feature('avx512vp2intersect', 4, 8, 'avx512_vp2intersect'),
  feature('serialize', 4, 14, 'serialize', { since: '1.6' }),
  feature('tsxldtrk', 4, 16, 'tsxldtrk', { since: '1.6' }),
  feature('pconfig', 4, 18),
  feature('amx-bf16', 4, 22, 'amx_bf16', { since: '1.6' }),
  feature('avx512fp16', 4, 23, 'avx512_fp16', { since: '1.10' }),
  feature('amx-tile', 4, 24, 'amx_tile', { since: '1.6' }),
  feature('amx-int8', 4, 25, 'amx_int8', { since: '1.6' }),
  // CPUID 8000_0001, ECX
  feature('sahf', 5, 0, 'lahf_lm'),
  feature('lzcnt', 5, 5, 'abm'),
  feature('sse4a', 5, 6),
  feature('prfchw', 5, 8, '3dnowprefetch'),
  feature('xop', 5, 11),
  feature('lwp', 5, 15, 'lwp', { until: '1.9' }),
  feature('fma4', 5, 16),
  feature('tbm', 5, 21),
  feature('mwaitx', 5, 29),
  // CPUID 0xd/1, EAX
  feature('xsaveopt', 7, 0),
  feature('xsavec', 7, 1),
  feature('xsaves', 7, 3),
  // CPUID 8000_0008, EBX
  feature('clzero', 8, 0),
  feature('wbnoinvd', 8, 9),
  // CPUID 7/1, EAX
  feature('sha512', 9, 0, null, { since: '1.12' }),
  feature('sm3', 9, 1, null, { since: '1.12' }),
  feature('sm4', 9, 2, null, { since: '1.12' }),
  feature('raoint', 9, 3, null, { since: '1.12' }),
  feature('avxvnni', 9, 4, 'avx_vnni', { since: '1.9' }),
  feature('avx512bf16', 9, 5, 'avx512_bf16'),
  feature('cmpccxadd', 9, 7, null, { since: '1.12' }),
  feature('amx-fp16', 9, 21, null, { since: '1.12' }),
  feature('hreset', 9, 22, null, { since: '1.12' }),
  feature('avxifma', 9, 23, null, { since: '1.12' }),
  // CPUID 7/1, EBX
  feature('avxvnniint8', 10, 4, null, { since: '1.12' }),
  feature('avxneconvert', 10, 5, null, { since: '1.12' }),
  feature('amx-complex', 10, 8, null, { since: '1.12' }),
  feature('avxvnniint16', 10, 10, null, { since: '1.12' }),
  feature('prefetchi', 10, 14, null, { since: '1.12' }),
  feature('usermsr', 10, 15, null, { since: '1.12' }),
  // CPUID 0x14, EBX
  feature('ptwrite', 10, 4, null, { until: '1.12' }),
  feature('ptwrite', 11, 4, null, { since: '1.12' }),
];

/** @param kernel null where kernels do not show it; Julia's own name where left out */
function feature(
  name: string,
  word: number,
  bit: number,
  kernel: string | null = name,
  bounds: Pick<JuliaFeature, 'since' | 'until'> = {},
): JuliaFeature {
  return { name, bit: 32 * word + bit, kernel: kernel === null ? [] : [kernel], ...bounds };
}
