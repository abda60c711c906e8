import type { Problem } from '../spec/problem.js';
import type { Spec } from '../spec/spec.js';
import { suggest } from '../spec/suggest.js';
import type { EnvironmentFiles } from './verify.js';

/** Packages that the spec wants in the system image of its environment `index` and that its Manifest does not have. */
export function verifyImagePackages(
  spec: Spec,
  index: number,
  { ownPackage, manifest }: EnvironmentFiles,
): Problem[] {
  const known = [...manifest.map(({ name }) => name), ...(ownPackage === undefined ? [] : [ownPackage.name])];
  return (spec.environments[index]?.packages ?? [])
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = suggest(name, known);
      return {
        file: spec.file,
        line: undefined,
        key: `environment[${index}].sysimage.packages`,
        message: `'${name}' is not in the Manifest`,
        remedy: near === undefined ? 'add it to the project, or remove it here' : `did you mean '${near}'?`,
      };
    });
}
