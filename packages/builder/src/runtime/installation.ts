import { DepotError } from '@depotcast/hydrator/format';
import { basename, dirname, isAbsolute, relative } from 'node:path';
import { askJulia } from '../julia/inspect.js';
import type { JuliaFacts } from '../julia/facts.js';

/** Where the parts of a Julia installation stand, below its root. */
export interface Installation {
  /** Folder above `bin`. */
  readonly root: string;
  /** The program itself, absolute: `bin/julia` may be a script that starts it. */
  readonly program: string;
  readonly sysimage: string;
  readonly stdlib: string;
  /** Folders of Julia's libraries, the private one first. */
  readonly libraries: readonly string[];
  /** The program that links package images, absolute; Julia before 1.9 has none. */
  readonly linker: string | undefined;
}

/** Installations that share their folders with everything else on a host. */
const SHARED_ROOTS = ['/', '/usr', '/usr/local'];

/**
 * Finds the parts of the installation that a command starts.
 * @throws DepotError `bad-spec` for one whose files cannot be told from those of other programs, or stand far apart
 */
export async function findInstallation(
  julia: JuliaFacts,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Installation> {
  const root = dirname(julia.bindir);
  if (basename(julia.bindir) !== 'bin' || SHARED_ROOTS.includes(root)) {
    throw notRelocatable(root, "Julia's files stand among those of other programs");
  }
  const below = (path: string): string => {
    const place = relative(root, path);
    if (!place.startsWith('..') && !isAbsolute(place)) return place;
    throw notRelocatable(root, `${path} stands outside of it`);
  };
  const sysimage = below(julia.sysimage);
  const folders = [dirname(sysimage), ...julia.libraries.map((library) => dirname(below(library)))];
  const stdlib = below(julia.stdlib);
  const answer = await askJulia(command, PROGRAM_SCRIPT, [], env);
  const [, program = '', linker = ''] = /^depotcast\t(.*)\t(.*)$/m.exec(answer) ?? [];
  if (dirname(program) !== julia.bindir) throw notRelocatable(root, `its program is ${program}`);
  return {
    ...{ root, program, sysimage, stdlib, libraries: [...new Set(folders)] },
    linker: isAbsolute(linker) ? linker : undefined,
  };
}

/** A linker that is not beside Julia is looked up on the PATH, and is a bare name where there is none. */
const PROGRAM_SCRIPT = `
linker = isdefined(Base, :Linking) ? Base.Linking.lld_path[] : ""
println("depotcast\\t", readlink("/proc/self/exe"), "\\t", linker)
`;

function notRelocatable(root: string, why: string): DepotError {
  return new DepotError(
    'bad-spec',
    `[julia] bundle-runtime: the installation ${root} cannot be moved: ${why}`,
    {
      hint: 'unpack an official Julia into a folder of its own, and name its bin/julia with [julia] command',
    },
  );
}

/**
 * Asks Julia where it finds libraries that its own folders do not have.
 * @returns paths by name; those that it does not find are absent
 */
export async function locateLibraries(
  command: readonly string[],
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const answer = await askJulia(command, LOCATE_SCRIPT, names, env);
  return new Map(
    answer.split('\n').flatMap((line) => {
      const [tag, name = '', path = ''] = line.split('\t');
      return tag === 'depotcast' ? [[name, path]] : [];
    }),
  );
}

const LOCATE_SCRIPT = `
using Libdl
for name in ARGS
    library = dlopen(name; throw_error = false)
    library === nothing || println("depotcast\\t", name, "\\t", dlpath(library))
end
`;
