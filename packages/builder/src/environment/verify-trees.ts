import type { Listing } from '@depotcast/hydrator/format';
import { locatorOf } from '../spec/locate.js';
import type { Problem } from '../spec/problem.js';
import { fileContains } from '../store/file-contains.js';
import { BUILD_LOG, type BuildOutput, findBuildOutput } from './build-output.js';
import { gitTreeHash } from './git-tree.js';
import { listingBelow } from './listing-below.js';
import type { ListedSources } from './list-sources.js';
import type { EnvironmentFiles } from './verify.js';

export interface VerifiedTrees {
  readonly problems: readonly Problem[];
  /** What build scripts wrote and jobs get. */
  readonly outputs: readonly BuildOutput[];
  /** Files of the layer that are for nobody but the admin. */
  readonly logs: readonly string[];
}

/**
 * Compares installed packages with the Manifest's tree hashes. Beside its own files a package may have what its build script
 * wrote into `deps`, as long as that does not name the folders of this host.
 */
export async function verifyTrees(
  files: Pick<EnvironmentFiles, 'manifest' | 'manifestFile' | 'manifestText'>,
  sources: ListedSources,
): Promise<VerifiedTrees> {
  const locate = locatorOf(files.manifestText);
  const problems: Problem[] = [];
  const outputs: BuildOutput[] = [];
  const logs: string[] = [];
  for (const { name, origin } of files.manifest) {
    if (origin.kind !== 'installed') continue;
    const [folder] = foldersIn(sources.listing, `packages/${name}/`);
    if (folder === undefined) continue;
    const refuse = (message: string, remedy: string): void => {
      const line = locate(['deps', name]) ?? locate([name]);
      problems.push({ file: files.manifestFile, line, key: name, message, remedy });
    };
    const listing = listingBelow(sources.listing, folder);
    const fileOf = (path: string): string => sources.files.get(`${folder}/${path}`) ?? '';
    const blobs = new Map<string, string>();
    const tree = await gitTreeHash(listing, fileOf, blobs);
    if (tree === origin.tree) continue;
    const written = await findBuildOutput(listing, origin.tree, fileOf, blobs);
    if (written === undefined) {
      refuse(`its files have the git tree hash ${tree}, the Manifest says ${origin.tree}`, REINSTALL);
      continue;
    }
    const kept = written.filter((path) => path !== BUILD_LOG);
    if (kept.length < written.length) logs.push(`${folder}/${BUILD_LOG}`);
    if (kept.length > 0) outputs.push({ package: name, files: kept });
    for (const path of kept) {
      // Links have no content of their own, and none of a layer leads out of it.
      const file = sources.files.get(`${folder}/${path}`);
      const depot = file?.slice(0, -`/${folder}/${path}`.length);
      if (file === undefined || depot === undefined) continue;
      if (await fileContains(file, depot))
        refuse(`its build script wrote ${path}, which names ${depot}`, WITHOUT_SCRIPT);
    }
  }
  return { problems, outputs, logs };
}

const REINSTALL =
  "remove its folder from the depot and run julia --project -e 'using Pkg; Pkg.instantiate()', or Pkg.develop what was changed on purpose";
const WITHOUT_SCRIPT =
  'nodes do not have that folder: use a version of it that finds its files by @__DIR__ or by an artifact';

function foldersIn(listing: Listing, parent: string): string[] {
  return listing
    .filter(({ type, path }) => type === 'directory' && path.startsWith(parent))
    .map(({ path }) => path)
    .filter((path) => !path.slice(parent.length).includes('/'));
}
