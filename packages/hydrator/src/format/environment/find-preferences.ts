import type { FoundProject } from './find-project.js';
import { mergePreferences, parsePreferences, type Preferences } from './preferences.js';
import type { Project } from './project.js';
import { findFirst, type ProjectFiles } from './project-files.js';

/** Names of files beside a project in the order in which Julia looks for them; it reads only the first. */
export const PREFERENCES_NAMES: readonly string[] = ['JuliaLocalPreferences.toml', 'LocalPreferences.toml'];

/**
 * What is preferred of packages in a project: its own goes before that of the workspaces around it.
 * @param workspaces the nearest first
 * @see https://github.com/JuliaLang/julia/blob/v1.12.2/base/loading.jl (get_preferences)
 */
export async function findPreferences(
  project: FoundProject,
  workspaces: readonly FoundProject[],
  files: ProjectFiles,
): Promise<Preferences> {
  let merged: Preferences = {};
  for (const each of [project, ...workspaces].reverse()) {
    const local = await findFirst(each.folder, PREFERENCES_NAMES, files);
    const own = local === undefined ? {} : parsePreferences(local.text, local.file);
    merged = mergePreferences(merged, heededPreferences(each.project, own));
  }
  return merged;
}

/**
 * Preferences of a project and of the file beside it, as far as Julia heeds them: those of packages that the project names.
 * @see https://github.com/JuliaLang/julia/blob/v1.12.2/base/loading.jl (collect_preferences)
 */
export function heededPreferences(project: Project, local: Preferences): Preferences {
  const named = namedPackages(project);
  const all = mergePreferences(project.preferences, local);
  return Object.fromEntries(Object.entries(all).filter(([name]) => named.has(name)));
}

/** By name, the uuids of the packages that a project names. */
export function namedPackages({ name, uuid, deps, extras, weakdeps }: Project): Map<string, string> {
  const own = name === undefined || uuid === undefined ? {} : { [name]: uuid };
  return new Map(Object.entries({ ...weakdeps, ...extras, ...deps, ...own }));
}
