import { join, dirname, resolve } from 'node:path';
import { access } from 'node:fs/promises';
import type { Artifact } from '../julia/locate-artifacts.js';
import { locatorOf } from '../spec/locate.js';
import type { Problem } from '../spec/problem.js';
import { ARTIFACT_FILES } from './artifact-files.js';
import { gitTreeHash } from './git-tree.js';
import { scanTree } from '../store/scan-tree.js';
import type { SourcesPlan } from './plan-sources.js';
import type { EnvironmentFiles } from './verify.js';

/**
 * The files in which the packages of an environment declare artifacts.
 * @param installed by package name, the folders of packages that Julia has installed
 */
export async function artifactFiles(
  { manifest, manifestFile, ownPackage, projectFile }: EnvironmentFiles,
  installed: ReadonlyMap<string, string>,
): Promise<{ package: string; file: string }[]> {
  const found: { package: string; file: string }[] = [];
  const folders = manifest.map(({ name, origin }) => ({
    name,
    folder: origin.kind === 'path' ? resolve(dirname(manifestFile), origin.path) : installed.get(name),
  }));
  if (ownPackage !== undefined) folders.push({ name: ownPackage.name, folder: dirname(projectFile) });
  for (const { name, folder } of folders) {
    if (folder === undefined) continue;
    for (const file of ARTIFACT_FILES.map((fileName) => join(folder, fileName))) {
      if (!(await exists(file))) continue;
      found.push({ package: name, file });
      break;
    }
  }
  return found;
}

/** Those that jobs get: what is fetched with its package, and what is fetched on use if the spec asks for it. */
export function wantedArtifacts(artifacts: readonly Artifact[], withLazy: boolean): Artifact[] {
  return artifacts.filter(({ lazy }) => withLazy || !lazy);
}

/** Artifacts that no depot has, or whose files are not those that their hash names. */
export async function verifyArtifacts(
  { manifestFile, manifestText }: Pick<EnvironmentFiles, 'manifestFile' | 'manifestText'>,
  artifacts: readonly Artifact[],
): Promise<Problem[]> {
  const locate = locatorOf(manifestText);
  const problems: Problem[] = [];
  for (const artifact of artifacts) {
    const message = await findFault(artifact);
    if (message === undefined) continue;
    const { package: key, lazy, folder } = artifact;
    const fetch = "run julia --project -e 'using Pkg; Pkg.instantiate()' there";
    problems.push({
      file: manifestFile,
      line: locate(['deps', key]) ?? locate([key]),
      key,
      message,
      remedy: `${folder === undefined ? '' : `remove ${folder} and `}${lazy ? 'use it once on a host with a network, or leave lazy-artifacts out of the spec' : fetch}`,
    });
  }
  return problems;
}

async function findFault({ name, tree, folder }: Artifact): Promise<string | undefined> {
  if (folder === undefined) return `its artifact ${name} (${tree}) is not installed`;
  const found = await gitTreeHash(await scanTree(folder), (path) => join(folder, path));
  return found === tree
    ? undefined
    : `its artifact ${name} should have the git tree hash ${tree}, and has ${found}`;
}

/** What goes where in the artifacts layer: folders by their hash, as in a depot. */
export function planArtifacts(artifacts: readonly Artifact[]): SourcesPlan {
  const folders = new Map(artifacts.map(({ tree, folder = '' }) => [tree, folder]));
  return { folders: [...folders].map(([tree, from]) => ({ from, to: `artifacts/${tree}` })), texts: [] };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
