import { features, type KnownCpu, without } from './cpu.js';

const ARMV8 = features('fp asimd evtstrm crc32 cpuid');
const CORTEX_A72 = features('aes pmull sha1 sha2', ARMV8);
const THUNDERX2 = features('atomics asimdrdm', CORTEX_A72);
const A64FX = features('sha1 sha2 atomics asimdrdm fphp asimdhp fcma dcpop sve', ARMV8);
const CORTEX_A76 = features('fphp asimdhp lrcpc dcpop asimddp', THUNDERX2);
const NEOVERSE_N1 = features('ssbs', CORTEX_A76);
const ARMV8_4 = features('jscvt fcma dit uscat ilrcpc flagm dcpodp', NEOVERSE_N1);
const NEOVERSE_V1 = features(
  'sha3 sha512 sm3 sm4 asimdfhm paca pacg sve svei8mm svebf16 i8mm bf16 dgh rng',
  ARMV8_4,
);
const ARMV9 = features(
  'sb flagm2 frint bti sve2 sveaes svepmull svebitperm svesha3',
  without('sm3 sm4 rng', NEOVERSE_V1),
);
const AMPERE_ONE = features('sb flagm2 frint i8mm bf16 bti rng ecv', ARMV8_4);
const APPLE_M1 = features('sha3 sha512 asimdfhm sb flagm2 frint paca pacg', ARMV8_4);
const APPLE_M2 = features('i8mm bf16 bti ecv', APPLE_M1);

const arm = (name: string, has: readonly string[]): KnownCpu => ({ name, arch: 'aarch64', features: has });

/**
 * After the kernel's table of hardware capabilities and Arm's reference manuals of the cores. Implementer and part play no
 * role: three of these products share one.
 */
export const ARM: readonly KnownCpu[] = [
  arm('Cortex-A72', CORTEX_A72),
  arm('Cortex-A72 (Raspberry Pi 4)', ARMV8),
  arm('Cortex-A76 (Raspberry Pi 5)', CORTEX_A76),
  arm('Cavium ThunderX2', THUNDERX2),
  arm('Fujitsu A64FX', A64FX),
  arm('Neoverse N1 (Altra, Graviton2)', NEOVERSE_N1),
  arm('Neoverse N1 (Altra on Azure)', without('ssbs', NEOVERSE_N1)),
  arm('AmpereOne', AMPERE_ONE),
  arm('Neoverse V1 (Graviton3)', NEOVERSE_V1),
  arm('Neoverse N2', ARMV9),
  arm('Neoverse N2 in a cloud, without dit', without('dit svebitperm', ARMV9)),
  arm('Neoverse V2 (Grace)', features('sm3 sm4 svesm4', ARMV9)),
  arm('Neoverse V2 (Graviton4)', features('rng', ARMV9)),
  arm('Neoverse V2 (Axion)', features('sm3 sm4 svesm4 rng', ARMV9)),
  arm('Apple M1 in a virtual machine', APPLE_M1),
  arm('Apple M2, M3 in a virtual machine', APPLE_M2),
  // Kernels before 6.14 list SVE extensions of a CPU that has SME only.
  arm('Apple M4 in a virtual machine', features('sve2 svei8mm svebf16', APPLE_M2)),
];
