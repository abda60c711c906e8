import { juliaPackageId, juliaString, type PackageId } from '../julia/literal.js';
import { BAKING_PACKAGES, type BakingPackage } from './baking-packages.js';

/** One thing that a loaded package holds of the machine that compiled it. */
export interface BakedValue {
  readonly package: string;
  /** `feature`, by Julia's name; `cpu`; `freezes`, `redefines`; a preference's name; `unreadable`. */
  readonly what: string;
  readonly value: string;
}

const TAG = 'depotcast-baked';

/** Julia code that tells what those of `packages` hold that are known to bake; an answer that fails is told as well. */
export function renderProbe(packages: readonly PackageId[]): string {
  const known = BAKING_PACKAGES.filter(({ uuid }) => packages.some((candidate) => candidate.uuid === uuid));
  return forEachLoaded(
    known,
    ({
      name,
      probe,
    }) => `tell(what, value) = println("${TAG}\\t", ${juliaString(name)}, '\\t', what, '\\t', value)
try
${probe}
catch error
    tell("unreadable", first(split(sprint(showerror, error), '\\n')))
end`,
  );
}

/** Julia code for the process that writes a system image, once its packages are loaded. */
export const SETTLE_SCRIPT = forEachLoaded(
  BAKING_PACKAGES.filter(({ settle }) => settle !== undefined),
  ({ settle }) => settle ?? '',
);

export function parseProbe(output: string): BakedValue[] {
  const lines = output.split('\n').map((line) => line.split('\t'));
  return lines.flatMap(([tag, name, what, value]) =>
    tag === TAG && name !== undefined && what !== undefined && value !== undefined
      ? [{ package: name, what, value }]
      : [],
  );
}

/** A scope of its own for each, in which `id` is the package's and `baked` its module. */
function forEachLoaded(packages: readonly BakingPackage[], render: (known: BakingPackage) => string): string {
  return packages
    .map(
      (known) => `let id = ${juliaPackageId(known)}, baked = get(Base.loaded_modules, id, nothing)
if baked !== nothing
${render(known)}
end
end
`,
    )
    .join('');
}
