import { ZEN_1, ZEN_3, ZEN_4 } from './amd.js';
import { features, type KnownCpu, without } from './cpu.js';
import { CASCADE_LAKE, ICE_LAKE_SP, X86_64 } from './intel.js';

const machine = (name: string, has: readonly string[]): KnownCpu => ({ name, arch: 'x86_64', features: has });

/** Virtual machines, which show less than their CPU has. */
export const CLOUDS: readonly KnownCpu[] = [
  machine('AWS Zen 3, without pku', without('pku ospke', ZEN_3)),
  machine('AWS Zen 4, without pku', without('pku ospke', ZEN_4)),
  machine('Azure Zen 3, without pku', without('pku ospke', ZEN_3)),
  machine('Azure Zen 4, without pku', without('pku ospke', ZEN_4)),
  machine('GCP Zen 3, without xsaves', without('xsaves', ZEN_3)),
  machine('Cascade Lake without pku and xsaves', without('pku ospke xsaves', CASCADE_LAKE)),
  machine('Ice Lake-SP without AVX-512', withoutAvx512(ICE_LAKE_SP)),
  machine('QEMU EPYC-v1', without('xsaves clzero', ZEN_1)),
  machine('oVirt Conroe', features('pni ssse3 cx16 lahf_lm', X86_64)),
  machine('QEMU kvm64, without cx16', features('pni', X86_64)),
];

function withoutAvx512(has: readonly string[]): readonly string[] {
  return has.filter((feature) => !feature.startsWith('avx512'));
}
