import { SETTLE_SCRIPT } from '../../baked/probe-script.js';
import { juliaPackageId, juliaString, type PackageId } from '../literal.js';
import { renderReplay } from './replay-script.js';

export interface SysimageContent {
  readonly packages: readonly PackageId[];
  /** File with one `precompile(...)` a line. */
  readonly statements: string;
  /** Folder of the Project.toml, as Julia sees it. */
  readonly project: string;
  readonly bindir: string;
  readonly stdlib: string;
  /** LLVM's name of the CPU that the image is for. */
  readonly cpuName: string;
}

/**
 * The script that runs in the process that writes the image. That process starts without what Base's `__init__` sets up,
 * because an image is about to be written from it; and nothing of the packages may run in it, as it must not hold tasks,
 * open files or pointers. All that it sets up for itself is taken back at the end, or set up again by every job. Packages that
 * generate code for the CPU by its name get that of the target.
 *
 * @see https://github.com/JuliaLang/PackageCompiler.jl/blob/v2.1.7/src/PackageCompiler.jl#L469
 */
export function renderSysimageScript(content: SysimageContent): string {
  const { packages, statements, project, bindir, stdlib, cpuName } = content;
  return `Base.reinit_stdio()
Sys.__init__()
@eval Sys BINDIR = ${juliaString(bindir)}
@eval Sys STDLIB = ${juliaString(stdlib)}
@eval Sys CPU_NAME = ${juliaString(cpuName)}
Base.init_depot_path()
append!(empty!(LOAD_PATH), [${juliaString(project)}, "@stdlib"])
@eval Module() begin
    for id in [${packages.map(juliaPackageId).join(', ')}]
        println("load ", id.name)
        Base.require(id)
    end
${indent(SETTLE_SCRIPT.trimEnd())}
${indent(renderReplay(statements))}
end
empty!(ARGS)
empty!(LOAD_PATH)
empty!(DEPOT_PATH)
isdefined(Base, :TOML_CACHE) && empty!(Base.TOML_CACHE.d)
println("write the object file")
`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
