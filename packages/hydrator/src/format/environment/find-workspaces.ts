import { isAtLeast } from '../julia-version.js';
import { type FoundProject, tryProject } from './find-project.js';
import type { ProjectFiles } from './project-files.js';

/** The first Julia whose projects can share one Manifest. */
export const WORKSPACES_SINCE = '1.12';
/** Before, a workspace's projects stand in its own folder, and are named as that folder names them. */
const NESTED_SINCE = '1.12.2';

/**
 * The projects of the workspaces that a project is a member of, the nearest first: each names the one before it.
 * @throws DepotError `bad-spec` for a project around it that is not TOML
 * @see https://github.com/JuliaLang/julia/blob/v1.12.2/base/loading.jl (base_project), and the same place in v1.12.0
 */
export async function findWorkspaces(
  folder: string,
  version: string,
  files: ProjectFiles,
): Promise<FoundProject[]> {
  if (!isAtLeast(version, WORKSPACES_SINCE)) return [];
  const isNested = isAtLeast(version, NESTED_SINCE);
  const nearest = isNested ? await findAbove(folder, files) : await findBeside(folder, files);
  return nearest === undefined ? [] : [nearest, ...(await findWorkspaces(nearest.folder, version, files))];
}

async function findBeside(folder: string, files: ProjectFiles): Promise<FoundProject | undefined> {
  const above = await tryProject(files.resolve(folder, '..'), files);
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  return above?.project.workspace.projects.includes(name) === true ? above : undefined;
}

async function findAbove(folder: string, files: ProjectFiles): Promise<FoundProject | undefined> {
  const real = await files.realFolder(folder);
  const isAtHome = folder.startsWith(files.home);
  for (let below = folder; ;) {
    const place = files.resolve(below, '..');
    if (place === below || (isAtHome && !place.startsWith(files.home))) return undefined;
    const above = await tryProject(place, files);
    for (const member of above?.project.workspace.projects ?? []) {
      if (real !== undefined && (await files.realFolder(files.resolve(place, member))) === real) return above;
    }
    below = place;
  }
}
