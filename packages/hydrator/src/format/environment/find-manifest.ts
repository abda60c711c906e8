import { isAtLeast, parseJuliaVersion } from '../julia-version.js';
import type { FoundProject } from './find-project.js';
import { findFirst, type FoundFile, type ProjectFiles } from './project-files.js';

/** The first Julia that prefers a Manifest for its own version; 1.11.0 does, too. */
const VERSIONED_SINCE = '1.10.8';

/** Names in the order in which Julia of a version looks for them. */
function manifestNames(version: string): string[] {
  const { major, minor } = parseJuliaVersion(version);
  const suffixes = isAtLeast(version, VERSIONED_SINCE) ? [`-v${major}.${minor}`, ''] : [''];
  return suffixes.flatMap((suffix) => [`JuliaManifest${suffix}.toml`, `Manifest${suffix}.toml`]);
}

/**
 * The Manifest of a project: that of the outermost workspace which has one, else the project's own; there, the one that
 * the project names goes before the usual names.
 * @param workspaces the nearest first
 * @see https://github.com/JuliaLang/julia/blob/v1.12.2/base/loading.jl (project_file_manifest_path)
 */
export async function findManifest(
  project: FoundProject,
  workspaces: readonly FoundProject[],
  version: string,
  files: ProjectFiles,
): Promise<FoundFile | undefined> {
  for (const { folder, project: at } of [project, ...workspaces].reverse()) {
    const named = at.manifest === undefined ? [] : [at.manifest];
    const found = await findFirst(folder, [...named, ...manifestNames(version)], files);
    if (found !== undefined) return found;
  }
  return undefined;
}
