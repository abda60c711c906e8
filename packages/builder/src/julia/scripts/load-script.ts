import { DepotError } from '@depotcast/hydrator/format';
import { loadEmulated } from '../../baked/emulated-compile.js';
import { juliaPackageId, type PackageId } from '../literal.js';

/** Printed once all are loaded: a package may end the process while it is loaded, with exit code 0. */
const LOADED = 'depotcast: every package is loaded';

/**
 * Loads packages one by one, which compiles the cache of each that has none; says which one it is at.
 * @param standIn program by which those are compiled that bake the CPU's features
 */
export function renderLoadScript(packages: readonly PackageId[], standIn?: string): string {
  const loads = packages.map((id) =>
    loadEmulated(`println(${JSON.stringify(id.name)}); Base.require(${juliaPackageId(id)})`, id, standIn),
  );
  return `${[...loads, `println(${JSON.stringify(LOADED)})`].join('\n')}\n`;
}

/**
 * Makes sure that a load script came to its end.
 * @throws DepotError `build-failed`, naming the package that it did not come past
 */
export function requireLoaded(output: string, label: string): void {
  const lines = output.split('\n');
  if (lines.includes(LOADED)) return;
  throw new DepotError(
    'build-failed',
    `${label}: Julia ended while it loaded ${lines.at(-1) ?? 'the first package'}`,
    {
      hint: 'a package must not end the process while it is loaded: look for exit() in its __init__',
    },
  );
}

/**
 * Loads every package of the standard library that Julia can find, as jobs may. The caches that come with Julia do not count
 * under an image of our own, nor with other flags than Julia's own; some Julias come with none.
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
