import { DepotError } from '../format/index.js';
import type { OpenRelease } from '../job/open-release.js';
import { compareFolder, listingBelow } from './compare-folder.js';
import { type Comparison, compareProject, fits, isFolderDigest } from './compare-project.js';
import { packageFolder, readUserProject, type UserProject } from './read-project.js';
import { type PublishedProject, readPublishedProject } from './read-published.js';

/** A user's project beside the environments of a release. */
export interface ProjectMatch {
  /** Folder of the project. */
  readonly folder: string;
  readonly manifest: string;
  /** The environment that a job of the project can run in; null where there is none. */
  readonly environment: string | null;
  /** Every environment asked for, the nearest first. */
  readonly comparisons: readonly Comparison[];
}

/**
 * Compares the project in a folder with the environments of a release.
 * @param wished name of the only environment that counts
 * @throws DepotError as reading either does; `usage` for an environment that is not in the release
 */
export async function matchProject(
  open: OpenRelease,
  folder: string,
  wished: string | undefined,
): Promise<ProjectMatch> {
  const { release } = open.verified;
  const environments = release.environments
    .filter(({ name }) => wished === undefined || name === wished)
    .filter(({ name }) => release.images.some(({ environment }) => environment === name));
  const comparisons: Comparison[] = [];
  let user: UserProject | undefined;
  for (const environment of environments) {
    const published = await readPublishedProject(open, environment);
    user = await readUserProject(folder, published.juliaVersions[0] ?? '');
    comparisons.push(compareProject(user, published, await compareFolders(user, published)));
  }
  if (user === undefined) {
    throw new DepotError('usage', `release ${release.name} has no environment '${wished ?? ''}'`, {
      hint: `it has: ${release.environments.map(({ name }) => name).join(', ')}`,
    });
  }
  comparisons.sort((a, b) => distance(a) - distance(b) || a.surplus.length - b.surplus.length);
  const [nearest] = comparisons;
  return {
    folder: user.folder,
    manifest: user.manifestFile,
    environment: nearest !== undefined && fits(nearest) ? nearest.environment : null,
    comparisons,
  };
}

/** By how many packages an environment misses; all of them, where it is for another Julia. */
function distance({ otherJulia, differences }: Comparison): number {
  return otherJulia === null ? differences.length : Infinity;
}

/** What differs in the folders that packages are taken from, the project's own included. */
async function compareFolders(
  user: UserProject,
  { environment, listing }: PublishedProject,
): Promise<Map<string, readonly string[]>> {
  const folders = new Map<string, readonly string[]>();
  const published = new Map(environment.packages.map((item) => [item.uuid, item]));
  for (const { uuid, origin } of user.manifest.entries) {
    const other = published.get(uuid);
    if (origin.kind !== 'path' || other === undefined || !isFolderDigest(other.tree)) continue;
    const below = listingBelow(listing, `dev/${other.name}`);
    folders.set(uuid, await compareFolder(packageFolder(user, origin.path), below));
  }
  if (user.ownPackage !== undefined) {
    // Project and Manifest are compared by what they say.
    const parts = listingBelow(listing, environment.project).filter(({ path }) => path.includes('/'));
    folders.set(user.ownPackage.uuid, await compareFolder(user.folder, parts));
  }
  return folders;
}
