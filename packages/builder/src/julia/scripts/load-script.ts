import { juliaPackageId, type PackageId } from '../literal.js';

/** Loads packages one by one, which compiles the cache of each that has none; says which one it is at. */
export function renderLoadScript(packages: readonly PackageId[]): string {
  return `${packages.map((id) => `println(${JSON.stringify(id.name)}); Base.require(${juliaPackageId(id)})`).join('\n')}\n`;
}

/**
 * Loads every package of the standard library that Julia can find. Under an image of our own the caches that come with
 * Julia do not count, so that jobs need these too.
 */
export const LOAD_STDLIB_SCRIPT = `
for name in readdir(Sys.STDLIB)
    id = Base.identify_package(name)
    id === nothing && continue
    println(name)
    try
        Base.require(id)
    catch error
        println("not loaded: ", name, ": ", sprint(showerror, error))
    end
end
`;
