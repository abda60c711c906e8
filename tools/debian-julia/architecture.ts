import { DepotError } from '@depotcast/hydrator/format';

/** Architectures as Debian names them. */
export type DebianArch = 'amd64' | 'arm64';

interface Architecture {
  /** As Node names it in `process.arch`. */
  readonly node: string;
  /** Names the library directory, the `binutils` package and its programs. */
  readonly triplet: string;
  /** Runs its programs on another architecture. */
  readonly emulator?: string;
}

const ARCHITECTURES: Readonly<Record<DebianArch, Architecture>> = {
  amd64: { node: 'x64', triplet: 'x86_64-linux-gnu' },
  arm64: { node: 'arm64', triplet: 'aarch64-linux-gnu', emulator: 'qemu-aarch64-static' },
};

/** @throws DepotError `usage` for any other text. */
export function parseDebianArch(text: string): DebianArch {
  if (text === 'amd64' || text === 'arm64') return text;
  throw new DepotError('usage', `expected the architecture amd64 or arm64, got '${text}'`);
}

/** @throws DepotError `not-found` on a machine that is neither. */
export function hostArch(nodeArch: string = process.arch): DebianArch {
  for (const arch of ['amd64', 'arm64'] as const) if (ARCHITECTURES[arch].node === nodeArch) return arch;
  throw new DepotError('not-found', `expected a machine of amd64 or arm64, got ${nodeArch}`);
}

export function tripletOf(arch: DebianArch): string {
  return ARCHITECTURES[arch].triplet;
}

/**
 * The program that runs `arch` on a machine of `host`; undefined where the machine runs it by itself.
 * @throws DepotError `not-found` when nothing does.
 */
export function emulatorFor(arch: DebianArch, host: DebianArch): string | undefined {
  if (arch === host) return undefined;
  const { emulator } = ARCHITECTURES[arch];
  if (emulator === undefined) throw new DepotError('not-found', `no emulator runs ${arch} on ${host}`);
  return emulator;
}
