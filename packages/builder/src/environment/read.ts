import {
  isAtLeast,
  type ManifestEntry,
  parseJuliaVersion,
  parseManifest,
  parseProject,
  type Project,
} from '@depotcast/hydrator/format';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PackageId } from '../julia/literal.js';
import type { Problem } from '../spec/problem.js';
import { readIfPresent } from '../store/read-if-present.js';
import { neededBy } from './manifest-order.js';
import { type PackageParts, readPackageParts, readProjectParts } from './package-parts.js';
import type { SourcesExtras } from './plan-sources.js';
import { type EnvironmentFiles, resolveCommand } from './verify.js';
import { findWorkspace, manifestFolder, WORKSPACES_SINCE } from './workspace.js';

export type ReadEnvironment =
  | ({ readonly files: EnvironmentFiles } & Pick<SourcesExtras, 'own' | 'surrounding'>)
  | { readonly problem: Problem };

/**
 * Reads the files of the environment in `folder`, and the projects of the packages that have a path there.
 * @param version Julia's, as one environment may have a Manifest for each
 */
export async function readEnvironment(folder: string, version: string): Promise<ReadEnvironment> {
  const projectFile = join(folder, 'Project.toml');
  const origin = await manifestFolder(folder, version);
  const manifestFile = join(origin, await findManifest(origin, version));
  const [projectText, manifestText] = await Promise.all([projectFile, manifestFile].map(readIfPresent));
  const whole = { line: undefined, key: '' };
  if (manifestText === undefined) {
    return { problem: { file: manifestFile, ...whole, ...(await missingManifest(folder, origin, version)) } };
  }
  const project = projectText === undefined ? undefined : parseProject(projectText, projectFile);
  if (projectText === undefined || project === undefined) {
    const remedy = 'let Pkg write it: julia --project=. and then add packages';
    return { problem: { file: projectFile, ...whole, message: 'not a Julia project', remedy } };
  }
  const ownPackage = await findOwnPackage(folder, project);
  const { entries } = parseManifest(manifestText, manifestFile);
  const all = entries.filter(({ uuid }) => uuid !== ownPackage?.uuid);
  const isWorkspace = origin !== folder || project.workspace.projects.length > 0;
  const manifest = isWorkspace ? neededBy(Object.keys(project.deps), all) : all;
  const packages = await readPackages(origin, manifest);
  return {
    files: { projectFile, projectText, project, ownPackage, manifestFile, manifestText, manifest, packages },
    own: await readProjectParts(folder, ownPackage !== undefined),
    surrounding: await readSurrounding(folder, origin, manifest),
  };
}

async function missingManifest(
  folder: string,
  origin: string,
  version: string,
): Promise<Pick<Problem, 'message' | 'remedy'>> {
  const beside = 'there is no Manifest beside the Project';
  const workspace = origin === folder ? await findWorkspace(folder) : undefined;
  if (workspace === undefined)
    return { message: beside, remedy: resolveCommand(join(origin, 'Project.toml')) };
  return {
    message: `${beside}, and Julia ${version} does not know that it belongs to the workspace ${workspace}`,
    remedy: `build with Julia ${WORKSPACES_SINCE} or later, or give it a Manifest of its own`,
  };
}

/** Since 1.10.8 Julia prefers a Manifest that is for its own version, such as `Manifest-v1.10.toml`. */
async function findManifest(folder: string, version: string): Promise<string> {
  const { major, minor, patch } = parseJuliaVersion(version);
  const own = `Manifest-v${major}.${minor}.toml`;
  const isKnown = isAtLeast(version, '1.11') || (isAtLeast(version, '1.10') && patch >= 8);
  return isKnown && (await readdir(folder)).includes(own) ? own : 'Manifest.toml';
}

/** Many a project has a name and is no package: a plain analysis, with no source folder. */
async function findOwnPackage(folder: string, { name, uuid }: Project): Promise<PackageId | undefined> {
  if (name === undefined || uuid === undefined) return undefined;
  return (await readIfPresent(join(folder, 'src', `${name}.jl`))) === undefined ? undefined : { name, uuid };
}

/** @param folder the one that paths of the Manifest start from */
async function readPackages(
  folder: string,
  manifest: readonly ManifestEntry[],
): Promise<Map<string, Project | undefined>> {
  const packages = new Map<string, Project | undefined>();
  for (const { name, origin } of manifest) {
    if (origin.kind !== 'path') continue;
    const file = join(resolve(folder, origin.path), 'Project.toml');
    const text = await readIfPresent(file);
    packages.set(name, text === undefined ? undefined : parseProject(text, file));
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

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
