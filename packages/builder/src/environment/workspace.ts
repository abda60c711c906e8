import { isAtLeast, parseProject } from '@depotcast/hydrator/format';
import { dirname, join, resolve } from 'node:path';
import { readIfPresent } from '../store/read-if-present.js';

/** The first Julia whose projects can share one Manifest. */
export const WORKSPACES_SINCE = '1.12';

/**
 * The folder of the project whose `[workspace]` names the project in `folder`, and whose Manifest holds for it.
 * @see https://github.com/JuliaLang/julia/blob/v1.12.0/base/loading.jl (base_project)
 */
export async function findWorkspace(folder: string): Promise<string | undefined> {
  for (let parent = dirname(folder); parent !== dirname(parent); parent = dirname(parent)) {
    const file = join(parent, 'Project.toml');
    const text = await readIfPresent(file);
    const projects = text === undefined ? [] : (parseProject(text, file)?.workspace.projects ?? []);
    if (projects.some((project) => resolve(parent, project) === folder)) return parent;
  }
  return undefined;
}

/** The folder whose Manifest Julia takes for the project in `folder`: its own, or the outermost workspace's. */
export async function manifestFolder(folder: string, version: string): Promise<string> {
  if (!isAtLeast(version, WORKSPACES_SINCE)) return folder;
  const workspace = await findWorkspace(folder);
  return workspace === undefined ? folder : manifestFolder(workspace, version);
}
