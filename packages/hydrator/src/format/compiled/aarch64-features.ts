import type { JuliaFeature } from './julia-feature.js';

/** Where the second word of the kernel's hardware capabilities begins, and where bits of Julia's own do. */
const HWCAP2 = 32;
const OWN = 64;

/**
 * Features that Julia 1.5 to 1.13 records for aarch64: the kernel's own words of hardware capabilities, and bits for
 * versions of the architecture, which Julia learns from the CPU's part number and no kernel shows. Where Julia looks
 * at one of several capabilities that LLVM takes together, all of them are listed.
 * @see https://github.com/JuliaLang/julia/blob/v1.10.8/src/features_aarch64.h
 */
export const AARCH64_FEATURES: readonly JuliaFeature[] = [
  feature('aes', 4, 'aes pmull'),
  feature('sha2', 6, 'sha1 sha2'),
  feature('crc', 7, 'crc32'),
  feature('lse', 8, 'atomics'),
  feature('fullfp16', 9, 'fphp asimdhp'),
  feature('rdm', 12, 'asimdrdm'),
  feature('jsconv', 13, 'jscvt'),
  feature('complxnum', 14, 'fcma'),
  feature('rcpc', 15, 'lrcpc'),
  feature('ccpp', 16, 'dcpop'),
  feature('sha3', 17, 'sha3 sha512'),
  feature('sm4', 19, 'sm3 sm4'),
  feature('dotprod', 20, 'asimddp'),
  feature('sve', 22, 'sve'),
  feature('fp16fml', 23, 'asimdfhm'),
  feature('dit', 24, 'dit'),
  feature('rcpc-immo', 26, 'ilrcpc'),
  feature('fmi', 27, 'flagm', { until: '1.7' }),
  feature('flagm', 27, 'flagm', { since: '1.7' }),
  feature('ssbs', 28, 'ssbs'),
  feature('sb', 29, 'sb'),
  feature('pa', 30, 'paca pacg', { until: '1.7' }),
  feature('pauth', 30, 'paca pacg', { since: '1.7' }),
  feature('ccdp', HWCAP2, 'dcpodp'),
  feature('sve2', HWCAP2 + 1, 'sve2'),
  feature('sve2-aes', HWCAP2 + 3, 'sveaes svepmull'),
  feature('sve2-bitperm', HWCAP2 + 4, 'svebitperm', { since: '1.6' }),
  feature('sve2-sha3', HWCAP2 + 5, 'svesha3'),
  feature('sve2-sm4', HWCAP2 + 6, 'svesm4'),
  feature('altnzcv', HWCAP2 + 7, 'flagm2'),
  feature('fptoint', HWCAP2 + 8, 'frint'),
  feature('f32mm', HWCAP2 + 10, 'svef32mm', { since: '1.6' }),
  feature('f64mm', HWCAP2 + 11, 'svef64mm', { since: '1.6' }),
  feature('i8mm', HWCAP2 + 13, 'i8mm', { since: '1.6' }),
  feature('bf16', HWCAP2 + 14, 'bf16', { since: '1.6' }),
  feature('rand', HWCAP2 + 16, 'rng'),
  feature('bti', HWCAP2 + 17, 'bti'),
  feature('mte', HWCAP2 + 18, 'mte', { since: '1.6' }),
  feature('v8_1a', OWN, null),
  feature('v8_2a', OWN + 1, null),
  feature('v8_3a', OWN + 2, null),
  feature('v8_4a', OWN + 3, null),
  feature('v8_5a', OWN + 4, null),
  feature('v8_6a', OWN + 5, null, { since: '1.6' }),
];

function feature(
  name: string,
  bit: number,
  kernel: string | null,
  bounds: Pick<JuliaFeature, 'since' | 'until'> = {},
): JuliaFeature {
  return { name, bit, kernel: kernel?.split(' ') ?? [], ...bounds };
}
