import {
  findEnvironment,
  findWorkspaces,
  type FoundProject,
  type ManifestEntry,
  type MissingFile,
  type Project,
  tryProject,
  WORKSPACES_SINCE,
} from '@depotcast/hydrator/format';
import { dirname, join, resolve } from 'node:path';
import type { Problem } from '../spec/problem.js';
import { type PackageParts, readPackageParts, readProjectParts } from './package-parts.js';
import type { SourcesExtras } from './plan-sources.js';
import { isFolder, projectFiles } from './project-files.js';
import { type EnvironmentFiles, resolveCommand } from './verify.js';

export type ReadEnvironment =
  | ({ readonly files: EnvironmentFiles } & Pick<SourcesExtras, 'own' | 'surrounding'>)
  | { readonly problem: Problem };

/**
 * Reads the files of the environment in `folder`, and the projects of the packages that have a path there.
 * @param version Julia's, as one environment may have a Manifest for each
 * @throws DepotError `bad-spec` for a file that is not what its name says
 */
export async function readEnvironment(folder: string, version: string): Promise<ReadEnvironment> {
  const found = await findEnvironment(folder, version, projectFiles);
  if ('missing' in found) return { problem: await describeMissing(found, folder, version) };
  const { file: projectFile, text: projectText, project, ownPackage, manifestFile, manifestText } = found;
  const manifest = found.manifest.entries;
  const origin = dirname(manifestFile);
  const packages = await readPackages(origin, manifest);
  return {
    files: { projectFile, projectText, project, ownPackage, manifestFile, manifestText, manifest, packages },
    own: await readProjectParts(found),
    surrounding: await readSurrounding(folder, origin, manifest),
  };
}

async function describeMissing(found: MissingFile, folder: string, version: string): Promise<Problem> {
  const whole = { line: undefined, key: '' };
  if (found.missing === 'project') {
    const remedy = 'name the folder of a Project.toml and its Manifest.toml';
    return { file: join(folder, 'Project.toml'), ...whole, message: 'there is no project', remedy };
  }
  return { file: found.file, ...whole, ...(await describeNoManifest(found, version)) };
}

/** What comes after any Julia that has workspaces. */
const NEWEST = '1.999.0';

async function describeNoManifest(
  { file, folder }: FoundProject,
  version: string,
): Promise<Pick<Problem, 'message' | 'remedy'>> {
  const message = 'the project has no Manifest';
  const known = await findWorkspaces(folder, version, projectFiles);
  const [workspace] = await findWorkspaces(folder, NEWEST, projectFiles);
  if (workspace === undefined || known.length > 0) {
    return { message, remedy: resolveCommand(known.at(-1)?.file ?? file) };
  }
  return {
    message: `${message}, and Julia ${version} does not know that it belongs to the workspace ${workspace.folder}`,
    remedy: `build with Julia ${WORKSPACES_SINCE} or later, or give it a Manifest of its own`,
  };
}

/** @param folder the one that paths of the Manifest start from */
async function readPackages(
  folder: string,
  manifest: readonly ManifestEntry[],
): Promise<Map<string, Project | undefined>> {
  const packages = new Map<string, Project | undefined>();
  for (const { name, origin } of manifest) {
    if (origin.kind !== 'path') continue;
    const found = await tryProject(resolve(folder, origin.path), projectFiles);
    packages.set(name, found?.project);
  }
  return packages;
}

/** Packages in whose folder the project itself stands, as a workspace often does in that of the package that it is about. */
async function readSurrounding(
  project: string,
  folder: string,
  manifest: readonly ManifestEntry[],
): Promise<Map<string, PackageParts>> {
  const surrounding = new Map<string, PackageParts>();
  for (const { name, origin } of manifest) {
    if (origin.kind !== 'path') continue;
    const from = resolve(folder, origin.path);
    const isAround = project === from || project.startsWith(`${from}/`);
    if (isAround && (await isFolder(from))) surrounding.set(name, await readPackageParts(from));
  }
  return surrounding;
}
