import { type Arch, DepotError, type Digest, parseJuliaVersion } from '@depotcast/hydrator/format';

/** What a build must know about the Julia that it uses. */
export interface JuliaFacts {
  readonly version: string;
  readonly arch: Arch;
  readonly bindir: string;
  /** Folder of the standard library's packages. */
  readonly stdlib: string;
  /** Julia's own system image. */
  readonly sysimage: string;
  readonly sysimageBytes: number;
  /** libjulia and its companions, which system images are linked against. */
  readonly libraries: readonly string[];
  /** SHA-256 of Julia's own system image: equal exactly when two installations are the same build of Julia. */
  readonly identity: Digest;
}

/** What Julia itself can tell; the rest is read from its files. */
export type AnsweredFacts = Omit<JuliaFacts, 'sysimageBytes' | 'identity'>;

/** Prints one fact a line, so that whatever else a launcher prints does not disturb. */
export const FACTS_SCRIPT = `
using Libdl
fact(key, value) = println("depotcast\\t", key, "\\t", value)
fact("version", VERSION)
fact("arch", Sys.ARCH)
fact("bindir", Sys.BINDIR)
fact("stdlib", Sys.STDLIB)
fact("sysimage", abspath(unsafe_string(Base.JLOptions().image_file)))
child = pipeline(Cmd([first(Base.julia_cmd().exec), "--version"]); stdout=devnull, stderr=devnull)
fact("child", try success(child) catch; false end)
for library in Libdl.dllist()
    occursin(r"/libjulia(-internal)?\\.so[.0-9]*$", library) && fact("library", library)
end
`;

/** @throws DepotError `build-failed` when the answer is not that of a Julia that can be built with */
export function parseFacts(output: string, command: string): AnsweredFacts {
  const facts = output
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([tag]) => tag === 'depotcast');
  const one = (key: string): string => {
    const value = facts.find((fact) => fact[1] === key)?.[2];
    if (value !== undefined && value !== '') return value;
    throw new DepotError('build-failed', `${command}: does not answer like Julia: no ${key}`);
  };
  const arch = one('arch');
  if (arch !== 'x86_64' && arch !== 'aarch64') {
    throw new DepotError('build-failed', `${command}: expected a Julia for x86_64 or aarch64, got ${arch}`);
  }
  const version = one('version');
  parseJuliaVersion(version);
  const bindir = one('bindir');
  if (facts.some(([, key, value]) => key === 'child' && value === 'false')) {
    throw new DepotError(
      'build-failed',
      `${command}: Julia cannot start ${bindir}/julia, by which it compiles each package cache`,
      { hint: 'where an emulator runs it, put a script there that starts the emulator (docs/targets.md)' },
    );
  }
  return {
    version,
    arch,
    bindir,
    stdlib: one('stdlib'),
    sysimage: one('sysimage'),
    libraries: facts.filter((fact) => fact[1] === 'library').map((fact) => fact[2] ?? ''),
  };
}
