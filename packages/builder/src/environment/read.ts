import { isAtLeast, parseJuliaVersion } from '@depotcast/hydrator/format';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PackageId } from '../julia/literal.js';
import type { Problem } from '../spec/problem.js';
import { ARTIFACT_FILES } from './artifacts.js';
import { type ManifestEntry, parseManifest } from './manifest.js';
import type { SourcesExtras } from './plan-sources.js';
import { parseProject, type Project } from './project.js';
import { type EnvironmentFiles, resolveCommand } from './verify.js';

export type ReadEnvironment =
  | ({ readonly files: EnvironmentFiles } & Pick<SourcesExtras, 'besides' | 'ownParts'>)
  | { readonly problem: Problem };

/**
 * Reads the files of the environment in `folder`, and the projects of the packages that have a path there.
 * @param version Julia's, as one environment may have a Manifest for each
 */
export async function readEnvironment(folder: string, version: string): Promise<ReadEnvironment> {
  const projectFile = join(folder, 'Project.toml');
  const manifestFile = join(folder, await findManifest(folder, version));
  const [projectText, manifestText] = await Promise.all([projectFile, manifestFile].map(readIfPresent));
  const whole = { line: undefined, key: '' };
  if (manifestText === undefined) {
    const message = 'there is no Manifest beside the Project';
    return { problem: { file: manifestFile, ...whole, message, remedy: resolveCommand(projectFile) } };
  }
  const project = projectText === undefined ? undefined : parseProject(projectText, projectFile);
  if (projectText === undefined || project === undefined) {
    const remedy = 'let Pkg write it: julia --project=. and then add packages';
    return { problem: { file: projectFile, ...whole, message: 'not a Julia project', remedy } };
  }
  const manifest = parseManifest(manifestText, manifestFile);
  const packages = await readPackages(folder, manifest);
  const ownPackage = await findOwnPackage(folder, project);
  return {
    files: { projectFile, projectText, project, ownPackage, manifestFile, manifestText, manifest, packages },
    besides: await readBesides(
      folder,
      ownPackage === undefined ? PREFERENCES : [...PREFERENCES, ...ARTIFACT_FILES],
    ),
    ownParts: ownPackage === undefined ? [] : await findParts(folder),
  };
}

/** Since 1.10.8 Julia prefers a Manifest that is for its own version, such as `Manifest-v1.10.toml`. */
async function findManifest(folder: string, version: string): Promise<string> {
  const { major, minor, patch } = parseJuliaVersion(version);
  const own = `Manifest-v${major}.${minor}.toml`;
  const isKnown = isAtLeast(version, '1.11') || (isAtLeast(version, '1.10') && patch >= 8);
  return isKnown && (await readdir(folder)).includes(own) ? own : 'Manifest.toml';
}

/**
 * Folders in which packages keep what they load or read. The rest of a project's folder is as likely to be anything else:
 * notebooks, results, the bundle.
 */
const PARTS = ['src', 'ext', 'deps', 'data', 'assets', 'res', 'resources', 'lib'];

async function findParts(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return PARTS.filter((part) => folders.includes(part));
}

/** Files of preferences; Julia takes the first that is there. */
const PREFERENCES = ['JuliaLocalPreferences.toml', 'LocalPreferences.toml'];

async function readBesides(folder: string, names: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const name of names) {
    const text = await readIfPresent(join(folder, name));
    if (text !== undefined) texts.set(name, text);
  }
  return texts;
}

/** Many a project has a name and is no package: a plain analysis, with no source folder. */
async function findOwnPackage(folder: string, { name, uuid }: Project): Promise<PackageId | undefined> {
  if (name === undefined || uuid === undefined) return undefined;
  return (await readIfPresent(join(folder, 'src', `${name}.jl`))) === undefined ? undefined : { name, uuid };
}

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

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
