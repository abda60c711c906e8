import { locatorOf } from '../spec/locate.js';
import type { Problem } from '../spec/problem.js';
import type { EnvironmentFiles } from './verify.js';

/**
 * Packages of the Manifest that Julia has not installed in any depot of the admin's.
 * @param installed by package name, the folders of those that it has
 */
export function verifyInstalled(files: EnvironmentFiles, installed: ReadonlyMap<string, string>): Problem[] {
  const locate = locatorOf(files.manifestText);
  return files.manifest
    .filter(({ name, origin }) => origin.kind === 'installed' && !installed.has(name))
    .map(({ name }) => ({
      file: files.manifestFile,
      line: locate(['deps', name]) ?? locate([name]),
      key: name,
      message: 'is not installed',
      remedy: "run julia --project -e 'using Pkg; Pkg.instantiate()' there",
    }));
}
