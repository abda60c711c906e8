import { join, resolve } from 'node:path';
import { DepotError } from '@depotcast/hydrator/format';
import { findArchive } from './apt.js';
import { type DebianArch, emulatorFor, hostArch, tripletOf } from './architecture.js';
import { withHint } from './hint.js';
import { renderEmulatedLauncher, renderLauncher } from './launcher.js';
import { ensurePrefix } from './prefix.js';
import { findProgram } from './program.js';
import type { Receipt } from './receipt.js';
import { makeTree, preferLibrary, renameProgram, ROOT, writeProgram } from './tree.js';

export interface FetchOptions {
  /** Holds one prefix for each thing that is fetched; made when missing. */
  readonly directory: string;
  readonly arch: DebianArch;
  readonly log: (line: string) => void;
}

export interface DebianJulia {
  /** The command: a script at `usr/bin/julia` of the root, which can be moved with its `usr`. */
  readonly julia: string;
  /** The unpacked packages. */
  readonly root: string;
  readonly version: string;
}

/** The last stable Debian release that has a Julia; its programs run beside the C libraries of later ones. */
const SUITE = 'bullseye';
const HINT = 'Put a julia on PATH, or set JULIA to the command that starts one.';
/** The program itself, where the launcher has taken its name: Julia starts its own workers by that name. */
const PROGRAM = 'julia.real';
const PRIVATE_LIBRARIES = 'julia';
/** On a later one, such as the machine may have, nested precompilation crashes. */
const UNWINDER = 'libunwind.so.8';

/**
 * Fetches Debian's Julia, unless `directory` has it already. Nothing outside of `directory` changes. Needs apt and
 * dpkg, not root; for another architecture than the machine's an emulator too.
 * @throws DepotError `not-found` where a program is missing, `unreachable` without a network, `storage` when the disk
 * refuses, `bad-signature` or `bad-digest` when the archive's bytes are not Debian's
 */
export function fetchDebianJulia({ directory, arch, log }: FetchOptions): Promise<DebianJulia> {
  return withHint(HINT, async () => {
    const emulator = emulatorFor(arch, hostArch());
    if (emulator !== undefined) await requireProgram(emulator);
    const emulated = emulator !== undefined;
    // Machines of both architectures may share the directory.
    const name = `julia-${SUITE}-${arch}${emulated ? '-emulated' : ''}`;
    const prefix = await ensurePrefix(resolve(directory), name, log, async (workspace) => {
      const archive = { site: (await findArchive()).site, suite: SUITE };
      const packages = await makeTree(workspace, { archive, arch, name: 'julia', emulated, log });
      const root = join(workspace, ROOT);
      await preferLibrary(root, tripletOf(arch), PRIVATE_LIBRARIES, UNWINDER);
      await renameProgram(root, 'julia', PROGRAM);
      await writeProgram(root, 'julia', launcherFor(arch, emulator));
      return { format: 2, suite: SUITE, packages };
    });
    const root = join(prefix.path, ROOT);
    return { julia: join(root, 'usr/bin/julia'), root, version: juliaVersionOf(prefix.receipt) };
  });
}

async function requireProgram(name: string): Promise<void> {
  if ((await findProgram(name, process.env.PATH)) === undefined)
    throw new DepotError('not-found', `no ${name} on PATH`, {
      hint: 'Install the package qemu-user-static, or take the architecture of this machine.',
    });
}

function launcherFor(arch: DebianArch, emulator: string | undefined): string {
  if (emulator !== undefined) return renderEmulatedLauncher(PROGRAM, emulator);
  return renderLauncher({ program: PROGRAM, triplet: tripletOf(arch), privateLibraries: PRIVATE_LIBRARIES });
}

function juliaVersionOf({ packages }: Receipt): string {
  const debian = packages.find((entry) => entry.package === 'julia')?.version ?? '';
  const version = /^\d+\.\d+\.\d+/.exec(debian)?.[0];
  if (version !== undefined) return version;
  throw new DepotError(
    'bad-format',
    `expected a Debian version of julia such as 1.5.3+dfsg-3, got '${debian}'`,
  );
}
