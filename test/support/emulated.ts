import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { julia } from './site.js';

const QEMU = '/usr/bin/qemu-x86_64-static';
/** Why no node can be emulated here, if none can. */
export const skip =
  process.arch !== 'x64'
    ? 'the emulated nodes are x86-64'
    : existsSync(QEMU)
      ? false
      : 'qemu-user is not installed (Debian package qemu-user-static)';

const NEHALEM =
  'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ss ht syscall nx lm constant_tsc nopl cpuid pni ssse3 cx16 sse4_1 sse4_2 popcnt hypervisor lahf_lm';
const HASWELL = `${NEHALEM} pclmulqdq fma movbe aes xsave avx f16c rdrand abm fsgsbase bmi1 avx2 bmi2 xsaveopt`;

/** A node that this machine can be. */
export interface EmulatedNode {
  readonly name: string;
  /** Feature line of its cpuinfo; this machine's own file where there is none. */
  readonly flags?: string;
  /** QEMU's name for the CPU. */
  readonly cpu?: string;
  /** The best of the example's targets for it. */
  readonly target: string;
}

export const NODES: readonly EmulatedNode[] = [
  { name: 'Nehalem', flags: NEHALEM, cpu: 'Nehalem', target: 'x86-64' },
  { name: 'Haswell', flags: HASWELL, cpu: 'Haswell', target: 'x86-64-v3' },
  {
    name: 'this machine',
    target: (await readFile('/proc/cpuinfo', 'utf8')).includes(' avx2 ') ? 'x86-64-v3' : 'x86-64',
  },
];

/** The command of the same Julia on an emulated CPU. An emulator needs the program itself, not a script that starts it. */
export async function emulated(cpu: string): Promise<string[]> {
  const launcher = await realpath(julia.command.at(-1) ?? '');
  const program = join(dirname(launcher), 'julia.real');
  // Below AVX the bundled OpenBLAS picks a kernel that the emulated CPU does not have.
  const openblas = cpu === 'Nehalem' ? ['-E', 'OPENBLAS_CORETYPE=Nehalem'] : [];
  const emulator = [QEMU, '-cpu', cpu, ...openblas];
  if (!existsSync(program)) return [...emulator, launcher];
  const libraries = join(dirname(launcher), '../lib/x86_64-linux-gnu');
  const path = [join(libraries, 'julia'), libraries].join(':');
  return [...emulator, '-E', `LD_LIBRARY_PATH=${path}`, program];
}
