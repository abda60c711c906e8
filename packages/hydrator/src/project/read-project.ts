import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { exists } from '../cache/exists.js';
import {
  DepotError,
  isAtLeast,
  type Manifest,
  mergePreferences,
  parseJuliaVersion,
  parseManifest,
  parsePreferences,
  type Preferences,
  type Project,
} from '../format/index.js';
import { requireProject } from './require-project.js';

/** A project folder of a user's, as Julia would see it. */
export interface UserProject {
  readonly folder: string;
  readonly project: Project;
  readonly manifestFile: string;
  readonly manifest: Manifest;
  /** Of project and local file together. */
  readonly preferences: Preferences;
  /** The project itself, where it is a package too. */
  readonly ownPackage: { readonly name: string; readonly uuid: string } | undefined;
}

/** Names in the order in which Julia looks for them; `base/loading.jl`. */
const PROJECT_NAMES = ['JuliaProject.toml', 'Project.toml'];
export const PREFERENCES_NAMES = ['JuliaLocalPreferences.toml', 'LocalPreferences.toml'];

/** Since 1.10.8 Julia prefers a Manifest for its own version. */
function manifestNames(version: string): string[] {
  const { major, minor, patch } = parseJuliaVersion(version);
  const isVersioned = isAtLeast(version, '1.11') || (isAtLeast(version, '1.10') && patch >= 8);
  const suffixes = isVersioned ? [`-v${major}.${minor}`, ''] : [''];
  return suffixes.flatMap((suffix) => [`JuliaManifest${suffix}.toml`, `Manifest${suffix}.toml`]);
}

/**
 * Reads the environment in a folder as Julia of a version would.
 * @throws DepotError `not-found` for a folder without Project or Manifest; `bad-spec` for a file that is neither
 */
export async function readUserProject(folder: string, version: string): Promise<UserProject> {
  const root = resolve(folder);
  const projectFile = await findFirst(root, PROJECT_NAMES);
  if (projectFile === undefined) {
    throw new DepotError('not-found', `${root}: no Project.toml there`, {
      hint: '--project takes the folder of a Project.toml and its Manifest.toml',
    });
  }
  const project = requireProject(await readFile(projectFile, 'utf8'), projectFile);
  const named = project.manifest === undefined ? [] : [project.manifest];
  const manifestFile = await findFirst(root, [...named, ...manifestNames(version)]);
  if (manifestFile === undefined) {
    throw new DepotError('not-found', `${root}: no Manifest for Julia ${version} beside the Project`, {
      hint: "let Pkg write it: julia --project -e 'using Pkg; Pkg.resolve()'; a project that has a workspace's Manifest is chosen by --environment instead",
    });
  }
  const localFile = await findFirst(root, PREFERENCES_NAMES);
  const ownPackage = await findOwnPackage(root, project);
  const { juliaVersion, entries } = parseManifest(await readFile(manifestFile, 'utf8'), manifestFile);
  const local = localFile === undefined ? {} : parsePreferences(await readFile(localFile, 'utf8'), localFile);
  return {
    folder: root,
    project,
    manifestFile,
    // Since 1.12 a Manifest may name the project itself.
    manifest: { juliaVersion, entries: entries.filter(({ uuid }) => uuid !== ownPackage?.uuid) },
    preferences: mergePreferences(project.preferences, local),
    ownPackage,
  };
}

/** The folder of a package that has a path in the Manifest. */
export function packageFolder({ manifestFile }: UserProject, path: string): string {
  return resolve(dirname(manifestFile), path);
}

/** Many a project has a name and is no package: a plain analysis, with no source folder. */
async function findOwnPackage(root: string, { name, uuid }: Project): Promise<UserProject['ownPackage']> {
  if (name === undefined || uuid === undefined) return undefined;
  return (await exists(join(root, 'src', `${name}.jl`))) ? { name, uuid } : undefined;
}

async function findFirst(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await exists(join(folder, name))) return join(folder, name);
  return undefined;
}
