import { findManifest } from './find-manifest.js';
import { findPreferences } from './find-preferences.js';
import { findProject, type FoundProject } from './find-project.js';
import { findWorkspaces } from './find-workspaces.js';
import { type Manifest, parseManifest } from './manifest.js';
import { neededBy } from './needed-by.js';
import type { Preferences } from './preferences.js';
import type { Project } from './project.js';
import type { ProjectFiles } from './project-files.js';

/** A project and what belongs to it, as Julia of a version sees them. */
export interface FoundEnvironment extends FoundProject {
  /** Projects of the workspaces that it is a member of, the nearest first. */
  readonly workspaces: readonly FoundProject[];
  /** The project itself, where it is a package too. */
  readonly ownPackage: { readonly name: string; readonly uuid: string } | undefined;
  readonly manifestFile: string;
  readonly manifestText: string;
  /** Paths in it start from the Manifest's folder. What only others need who share it is left out, and so is the project itself. */
  readonly manifest: Manifest;
  readonly preferences: Preferences;
}

/** What keeps a folder from being an environment. */
export type MissingFile =
  | { readonly missing: 'project' }
  /** A project without one. */
  | ({ readonly missing: 'manifest' } & FoundProject);

/**
 * Finds the environment in a folder.
 * @param folder absolute
 * @throws DepotError `bad-spec` for a file that is not what its name says
 */
export async function findEnvironment(
  folder: string,
  version: string,
  files: ProjectFiles,
): Promise<FoundEnvironment | MissingFile> {
  const found = await findProject(folder, files);
  if (found === undefined) return { missing: 'project' };
  const workspaces = await findWorkspaces(folder, version, files);
  const manifest = await findManifest(found, workspaces, version, files);
  if (manifest === undefined) return { ...found, missing: 'manifest' };
  const { project } = found;
  const ownPackage = await findOwnPackage(folder, project, files);
  const { juliaVersion, entries } = parseManifest(manifest.text, manifest.file);
  // Since 1.12 a Manifest may name the project itself.
  const others = entries.filter(({ uuid }) => uuid !== ownPackage?.uuid);
  const isShared = files.resolve(manifest.file, '..') !== folder || project.workspace.projects.length > 0;
  return {
    ...found,
    workspaces,
    ownPackage,
    manifestFile: manifest.file,
    manifestText: manifest.text,
    manifest: { juliaVersion, entries: isShared ? neededBy(Object.keys(project.deps), others) : others },
    preferences: await findPreferences(found, workspaces, files),
  };
}

/** Many a project has a name and is no package: a plain analysis, with no source folder. */
async function findOwnPackage(
  folder: string,
  { name, uuid }: Project,
  files: ProjectFiles,
): Promise<FoundEnvironment['ownPackage']> {
  if (name === undefined || uuid === undefined) return undefined;
  const isPackage = (await files.read(files.resolve(folder, `src/${name}.jl`))) !== undefined;
  return isPackage ? { name, uuid } : undefined;
}
