import { join, resolve } from 'node:path';
import { findArchive } from './apt.js';
import { hostArch, tripletOf } from './architecture.js';
import { withHint } from './hint.js';
import type { FetchOptions } from './julia.js';
import { renderLauncher } from './launcher.js';
import { ensurePrefix } from './prefix.js';
import { findProgram } from './program.js';
import { makeTree, ROOT, writeProgram } from './tree.js';

/** Takes object files; a compiler driver takes `-Wl,--whole-archive` where the linker takes `--whole-archive`. */
export interface Linker {
  readonly command: readonly string[];
  readonly kind: 'compiler' | 'linker';
}

export interface LinkerOptions extends FetchOptions {
  readonly env: NodeJS.ProcessEnv;
}

const HINT = 'Put a C compiler on PATH.';

/** The machine's C compiler for `arch` if it has one, else Debian's linker, fetched into `directory`. */
export async function findLinker({ env, ...options }: LinkerOptions): Promise<Linker> {
  const compiler = options.arch === hostArch() ? 'cc' : `${tripletOf(options.arch)}-gcc`;
  if ((await findProgram(compiler, env.PATH)) !== undefined) return { command: [compiler], kind: 'compiler' };
  return { command: [await fetchLinker(options)], kind: 'linker' };
}

/**
 * Fetches the linker that makes programs and libraries of `arch` on this machine, in the machine's own Debian release,
 * unless `directory` has it already; beside it stands `objdump`, which reads them. Returns the command's path. Errors are
 * those of `fetchDebianJulia`.
 */
export function fetchLinker({ directory, arch, log }: FetchOptions): Promise<string> {
  return withHint(HINT, async () => {
    const host = hostArch();
    const place = `binutils-${arch}-on-${host}`;
    const prefix = await ensurePrefix(resolve(directory), place, log, async (workspace) => {
      const archive = await findArchive();
      const name = `binutils-${tripletOf(arch).replaceAll('_', '-')}`;
      const packages = await makeTree(workspace, { archive, arch: host, name, emulated: false, log });
      for (const program of ['ld', 'objdump']) {
        const launcher = renderLauncher({
          program: `${tripletOf(arch)}-${program}`,
          triplet: tripletOf(host),
        });
        await writeProgram(join(workspace, ROOT), program, launcher);
      }
      return { format: 2, suite: archive.suite, packages };
    });
    return join(prefix.path, ROOT, 'usr/bin/ld');
  });
}
