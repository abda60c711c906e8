import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { juliaString, type PackageId } from '../julia/literal.js';
import { bakingFeatures } from './baking-packages.js';
import { type EmulatedCpu, exactModel } from './emulated-cpu.js';

/** A program in Julia's stead that starts it on another CPU. */
export interface EmulatedJulia {
  /** Full path of QEMU's emulator of programs. */
  readonly emulator: string;
  readonly cpu: EmulatedCpu;
}

/** What the stand-in starts; Julia may be behind a launcher, and only it knows. */
const PROGRAM = 'DEPOTCAST_JULIA';

/** Writes the stand-in into `folder`. @returns its path */
export async function writeEmulated(folder: string, { emulator, cpu }: EmulatedJulia): Promise<string> {
  const file = join(folder, 'emulated-julia');
  await writeFile(file, `#!/bin/sh\nexec '${emulator}' -cpu '${exactModel(cpu)}' "$${PROGRAM}" "$@"\n`);
  await chmod(file, 0o755);
  return file;
}

/**
 * Julia code that loads a package and has its cache made on the other CPU where it has none: Julia compiles packages in
 * processes of their own, and joins the folder of its program and its name for them.
 * @see https://github.com/JuliaLang/julia/blob/v1.10.8/base/util.jl#L172
 */
export function loadEmulated(load: string, id: PackageId, standIn: string | undefined): string {
  if (standIn === undefined || bakingFeatures([id]).length === 0) return load;
  return `ENV["${PROGRAM}"] = readlink("/proc/self/exe")
own_name = Base.julia_exename()
@eval Base julia_exename() = ${juliaString(standIn)}
${load}
@eval Base julia_exename() = $own_name`;
}
