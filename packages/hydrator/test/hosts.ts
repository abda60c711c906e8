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
  { name: 'an empty cpuinfo', machine: 'x86_64', cpuinfo: '', best: 'x86-64', warning: /lists no features/ },
  {
    name: 'POWER',
    machine: 'ppc64le',
    cpuinfo: 'processor\t: 0\ncpu\t\t: POWER9, altivec supported\n',
    best: 'none',
    warning: /lists no features/,
  },
  {
    name: 'RISC-V',
    machine: 'riscv64',
    cpuinfo: 'processor\t: 0\nisa\t\t: rv64imafdcv\n',
    best: 'none',
    warning: /lists no features/,
  },
];
