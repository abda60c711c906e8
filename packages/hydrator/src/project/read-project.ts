import { dirname, resolve } from 'node:path';
import { DepotError, findEnvironment, type FoundEnvironment } from '../format/index.js';
import { projectFiles } from './project-files.js';

/** A project folder of a user's, as Julia would see it. */
export type UserProject = FoundEnvironment;

/**
 * Reads the environment in a folder as Julia of a version would.
 * @throws DepotError `not-found` for a folder without Project or Manifest; `bad-spec` for a file that is neither
 */
export async function readUserProject(folder: string, version: string): Promise<UserProject> {
  const root = resolve(folder);
  const found = await findEnvironment(root, version, projectFiles);
  if (!('missing' in found)) return found;
  if (found.missing === 'project') {
    throw new DepotError('not-found', `${root}: no Project.toml there`, {
      hint: '--project takes the folder of a Project.toml and its Manifest.toml',
    });
  }
  throw new DepotError('not-found', `${found.file}: the project has no Manifest for Julia ${version}`, {
    hint: "let Pkg write it: julia --project -e 'using Pkg; Pkg.resolve()'; or choose by --environment",
  });
}

/** The folder of a package that has a path in the Manifest. */
export function packageFolder({ manifestFile }: UserProject, path: string): string {
  return resolve(dirname(manifestFile), path);
}
