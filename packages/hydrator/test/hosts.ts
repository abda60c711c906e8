/** Cpuinfo texts in the formats that kernels and lscpu print, with the target each host should get. */

export interface RecordedHost {
  readonly name: string;
  readonly machine: string;
  readonly cpuinfo: string;
  /** Best target, or `none`. */
  readonly best: string;
  /** What the host must be warned of; undefined where nothing is odd. */
  readonly warning?: RegExp;
}

const V1 =
  'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat clflush mmx fxsr sse sse2 ht syscall nx lm';
const NEHALEM = `${V1} pni cx16 ssse3 sse4_1 sse4_2 popcnt lahf_lm`;
const HASWELL = `${NEHALEM} fma movbe aes xsave avx f16c rdrand abm bmi1 avx2 bmi2 xsaveopt`;
const SKYLAKE_X = `${HASWELL} avx512f avx512dq avx512cd avx512bw avx512vl xsaves pku`;
const AVX512 = ['avx512f', 'avx512dq', 'avx512cd', 'avx512bw', 'avx512vl'];
const A72 = 'fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid';
const N1 =
  'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp ssbs';
const V1_ARM = `${N1} jscvt fcma sha3 sm3 sm4 sha512 sve asimdfhm dit uscat ilrcpc flagm dcpodp svei8mm svebf16 i8mm bf16 dgh rng`;
const N2 = `${V1_ARM} sb flagm2 frint sve2 sveaes svepmull svesha3`;
const THUNDERX2 = 'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics cpuid asimdrdm';
const A64FX = 'fp asimd evtstrm sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm fcma dcpop sve';
const APPLE_M4_VM = `${N1} jscvt fcma sha3 sha512 asimdfhm dit uscat ilrcpc flagm sb dcpodp flagm2 frint i8mm bf16 sve2 svei8mm svebf16`;

const x86 = (flags: string, cpus = 2): string =>
  Array.from(
    { length: cpus },
    (_, i) => `processor\t: ${i}\nvendor_id\t: GenuineIntel\nflags\t\t: ${flags}\n\n`,
  ).join('');
const arm = (features: string): string =>
  `processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: ${features}\nCPU part\t: 0xd0c\n\n`;
const without = (flags: string, ...gone: string[]): string =>
  flags
    .split(' ')
    .filter((flag) => !gone.includes(flag))
    .join(' ');

export const hosts: readonly RecordedHost[] = [
  { name: 'Nehalem', machine: 'x86_64', cpuinfo: x86(NEHALEM), best: 'x86-64-v2' },
  { name: 'Haswell', machine: 'x86_64', cpuinfo: x86(HASWELL), best: 'x86-64-v3' },
  {
    name: 'Haswell with AES turned off',
    machine: 'x86_64',
    cpuinfo: x86(without(HASWELL, 'aes')),
    best: 'x86-64-v3',
  },
  { name: 'Skylake-X', machine: 'x86_64', cpuinfo: x86(SKYLAKE_X), best: 'x86-64-v4' },
  {
    name: 'a cloud VM that hides pku and xsaves',
    machine: 'x86_64',
    cpuinfo: x86(without(SKYLAKE_X, 'pku', 'xsaves')),
    best: 'x86-64-v4',
  },
  {
    name: 'Knights Landing',
    machine: 'x86_64',
    cpuinfo: x86(without(SKYLAKE_X, 'avx512bw', 'avx512dq', 'avx512vl')),
    best: 'x86-64-v3',
  },
  {
    name: 'Piledriver',
    machine: 'x86_64',
    cpuinfo: x86(without(HASWELL, 'avx2', 'bmi2', 'movbe')),
    best: 'x86-64-v2',
  },
  {
    name: 'a kernel started with noxsave',
    machine: 'x86_64',
    cpuinfo: x86(without(HASWELL, 'xsave', 'avx', 'avx2', 'fma', 'f16c')),
    best: 'x86-64-v2',
  },
  { name: 'K10', machine: 'x86_64', cpuinfo: x86(`${V1} pni cx16 popcnt lahf_lm abm sse4a`), best: 'x86-64' },
  { name: 'kvm64 without cx16', machine: 'x86_64', cpuinfo: x86(V1), best: 'none' },
  {
    name: 'a node whose second CPU is weaker',
    machine: 'x86_64',
    cpuinfo: x86(HASWELL, 1) + x86(NEHALEM, 1),
    best: 'x86-64-v2',
    warning: /differ/,
  },
  {
    name: 'words that only begin like features',
    machine: 'x86_64',
    cpuinfo: x86(without(`${HASWELL} avx2x xavx2`, 'avx2')),
    best: 'x86-64-v2',
  },
  {
    name: 'an lscpu listing',
    machine: 'x86_64',
    cpuinfo: `Architecture:        x86_64\nVendor ID:           AuthenticAMD\nFlags:               ${HASWELL}\n`,
    best: 'x86-64-v3',
  },
  {
    name: 'macOS spelling of SSE3',
    machine: 'x86_64',
    cpuinfo: x86(NEHALEM.replace('pni', 'sse3')),
    best: 'x86-64-v2',
  },
  {
    name: 'an indented lscpu listing, as util-linux 2.37 prints it',
    machine: 'x86_64',
    cpuinfo: `Architecture:            x86_64\n  CPU op-mode(s):        32-bit, 64-bit\nVendor ID:               AuthenticAMD\n    Flags:               ${HASWELL}\nVulnerabilities:\n  L1tf:                  Not affected\n`,
    best: 'x86-64-v3',
  },
  {
    name: 'an lscpu listing of a Neoverse N1',
    machine: 'aarch64',
    cpuinfo: `Architecture:                    aarch64\nVendor ID:                       ARM\nFlags:                           ${N1}\n`,
    best: 'neoverse-n1',
  },
  {
    name: 'a file with line ends of another system',
    machine: 'x86_64',
    cpuinfo: x86(HASWELL).replaceAll('\n', '\r\n'),
    best: 'x86-64-v3',
  },
  {
    name: 'a file whose only features are in its virtualisation flags',
    machine: 'x86_64',
    cpuinfo: `vmx flags\t: ${HASWELL}\n`,
    best: 'x86-64',
    warning: /lists no features; only the baseline/,
  },
  {
    name: 'a Hygon Dhyana, whose vendor nobody lists',
    machine: 'x86_64',
    cpuinfo: x86(`${without(HASWELL, 'xsaveopt')} sse4a sha_ni`).replaceAll('GenuineIntel', 'HygonGenuine'),
    best: 'x86-64-v3',
  },
  {
    name: 'a VIA Isaiah CNR, which has AVX2 without FMA',
    machine: 'x86_64',
    cpuinfo: x86(without(HASWELL, 'fma', 'f16c')).replaceAll('GenuineIntel', 'CentaurHauls'),
    best: 'x86-64-v2',
  },
  {
    name: 'a Zhaoxin KX-6000, without FMA and LZCNT',
    machine: 'x86_64',
    cpuinfo: x86(without(HASWELL, 'fma', 'abm')).replaceAll('GenuineIntel', '  Shanghai  '),
    best: 'x86-64-v2',
  },
  {
    name: 'a virtual machine that hides all of AVX',
    machine: 'x86_64',
    cpuinfo: x86(without(SKYLAKE_X, 'avx', 'avx2', 'fma', 'f16c', ...AVX512)),
    best: 'x86-64-v2',
  },
  {
    name: 'a virtual machine of the CPU model EPYC-v1',
    machine: 'x86_64',
    cpuinfo: x86(`${HASWELL} sse4a misalignsse rdseed adx clflushopt sha_ni xsavec`),
    best: 'x86-64-v3',
  },
  {
    name: 'a Kata container without SSE4',
    machine: 'x86_64',
    cpuinfo: x86(without(HASWELL, 'sse4_1', 'sse4_2')),
    best: 'x86-64',
  },
  {
    name: 'a kernel that was told to hide AVX2, clearcpuid',
    machine: 'x86_64',
    cpuinfo: x86(without(SKYLAKE_X, 'avx2', ...AVX512)),
    best: 'x86-64-v2',
  },
  {
    name: 'an early Alder Lake whose firmware shows AVX-512',
    machine: 'x86_64',
    cpuinfo: x86(SKYLAKE_X),
    best: 'x86-64-v4',
  },
  {
    name: 'the other spelling of LZCNT',
    machine: 'x86_64',
    cpuinfo: x86(HASWELL.replace('abm', 'lzcnt')),
    best: 'x86-64-v3',
  },
  {
    name: 'a program started by setarch i686, as the kernel names the machine to it',
    machine: 'i686',
    cpuinfo: x86(HASWELL),
    best: 'none',
    warning: /no target is known for i686 \(a 32-bit kernel/,
  },
  {
    name: 'a 32-bit program on a 64-bit Arm, to which the kernel shows 32-bit features',
    machine: 'aarch64',
    cpuinfo: arm(
      'half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt lpae evtstrm aes pmull sha1 sha2 crc32',
    ),
    best: 'aarch64',
    warning: /not of aarch64/,
  },
  {
    name: 'the same by its 32-bit machine name',
    machine: 'armv7l',
    cpuinfo: arm('half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt lpae evtstrm'),
    best: 'none',
    warning: /no target is known for armv7l \(a 32-bit kernel/,
  },
  {
    name: 'an Exynos 9810, whose big cores lack the atomics of the little ones',
    machine: 'aarch64',
    cpuinfo: arm(`${A72} atomics fphp asimdhp asimdrdm lrcpc dcpop asimddp`) + arm(A72),
    best: 'aarch64',
    warning: /differ/,
  },
  { name: 'Cortex-A72', machine: 'aarch64', cpuinfo: arm(A72), best: 'aarch64' },
  { name: 'Neoverse N1', machine: 'aarch64', cpuinfo: arm(N1), best: 'neoverse-n1' },
  {
    name: 'Azure Altra without ssbs',
    machine: 'aarch64',
    cpuinfo: arm(without(N1, 'ssbs')),
    best: 'neoverse-n1',
  },
  { name: 'the same under its other machine name', machine: 'arm64', cpuinfo: arm(N1), best: 'neoverse-n1' },
  { name: 'Neoverse V1', machine: 'aarch64', cpuinfo: arm(V1_ARM), best: 'neoverse-v1' },
  { name: 'ThunderX2', machine: 'aarch64', cpuinfo: arm(THUNDERX2), best: 'thunderx2' },
  { name: 'Neoverse N2 in a cloud', machine: 'aarch64', cpuinfo: arm(N2), best: 'neoverse-n2' },
  {
    name: 'Grace, without rng',
    machine: 'aarch64',
    cpuinfo: arm(without(`${N2} sm3 sm4 svesm4 dit`, 'rng')),
    best: 'neoverse-n2',
  },
  {
    name: 'Apple M1',
    machine: 'aarch64',
    cpuinfo: arm(without(APPLE_M4_VM, 'i8mm', 'bf16', 'sve2', 'svei8mm', 'svebf16')),
    best: 'apple-m1',
  },
  {
    name: 'AmpereOne, which has no SVE',
    machine: 'aarch64',
    cpuinfo: arm(`${N1} jscvt fcma dit uscat ilrcpc flagm sb dcpodp flagm2 frint i8mm bf16 bti rng ecv`),
    best: 'neoverse-n1',
  },
  {
    name: 'Cortex-A76 without ssbs',
    machine: 'aarch64',
    cpuinfo: arm(
      'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp',
    ),
    best: 'neoverse-n1',
  },
  { name: 'A64FX', machine: 'aarch64', cpuinfo: arm(A64FX), best: 'a64fx' },
  {
    name: 'Apple M4 in a VM with a kernel that invents SVE',
    machine: 'aarch64',
    cpuinfo: arm(APPLE_M4_VM),
    best: 'apple-m1',
    warning: /without sve/,
  },
  {
    name: "an emulated aarch64 that shows its host's cpuinfo",
    machine: 'aarch64',
    cpuinfo: x86(HASWELL),
    best: 'aarch64',
    warning: /not of aarch64/,
  },
  {
    name: 'a cpuinfo of garbage',
    machine: 'aarch64',
    cpuinfo: '\u0001\uFFFD%s flags Features Flags:Features:\n:::\nflags',
    best: 'aarch64',
    warning: /lists no features/,
  },
  {
    name: 'a feature line without features',
    machine: 'x86_64',
    cpuinfo: 'flags\t\t:\n',
    best: 'x86-64',
    warning: /not of x86_64/,
  },
  { name: 'an empty cpuinfo', machine: 'x86_64', cpuinfo: '', best: 'x86-64', warning: /lists no features/ },
  {
    name: 'POWER',
    machine: 'ppc64le',
    cpuinfo: 'processor\t: 0\ncpu\t\t: POWER9, altivec supported\n',
    best: 'none',
    warning: /^cpuinfo lists no features\nno target is known for ppc64le$/,
  },
  {
    name: 'RISC-V',
    machine: 'riscv64',
    cpuinfo: 'processor\t: 0\nisa\t\t: rv64imafdcv\n',
    best: 'none',
    warning: /^cpuinfo lists no features\nno target is known for riscv64$/,
  },
  {
    name: 's390',
    machine: 's390x',
    cpuinfo:
      'vendor_id       : IBM/S390\nfeatures\t: esan3 zarch stfle msa ldisp eimm dfp edat etf3eh highgprs te vx\n',
    best: 'none',
    warning: /^cpuinfo lists no features\nno target is known for s390x$/,
  },
];
