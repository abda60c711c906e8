import { parseProject, type Project, requireProject } from './project.js';
import { findFirst, type FoundFile, type ProjectFiles } from './project-files.js';

/**
 * Names in the order in which Julia looks for them.
 * @see https://github.com/JuliaLang/julia/blob/v1.12.2/base/loading.jl (project_names)
 */
export const PROJECT_NAMES: readonly string[] = ['JuliaProject.toml', 'Project.toml'];

export interface FoundProject extends FoundFile {
  readonly folder: string;
  readonly project: Project;
}

/**
 * The project in a folder.
 * @throws DepotError `bad-spec` for a file that is none
 */
export async function findProject(folder: string, files: ProjectFiles): Promise<FoundProject | undefined> {
  const found = await findFirst(folder, PROJECT_NAMES, files);
  if (found === undefined) return undefined;
  return { ...found, folder, project: requireProject(found.text, found.file) };
}

/** The same where nothing is lost if the file is TOML, but no project. @throws DepotError `bad-spec` when it is not TOML */
export async function tryProject(folder: string, files: ProjectFiles): Promise<FoundProject | undefined> {
  const found = await findFirst(folder, PROJECT_NAMES, files);
  const project = found && parseProject(found.text, found.file);
  return found === undefined || project === undefined ? undefined : { ...found, folder, project };
}
