import { type Listing, parseRelativePath } from '@depotcast/hydrator/format';
import { locatorOf } from '../spec/locate.js';
import type { Problem } from '../spec/problem.js';
import { gitTreeHash } from './git-tree.js';
import type { ListedSources } from './list-sources.js';
import type { EnvironmentFiles } from './verify.js';

/** Installed packages whose files are not those of the Manifest: changed by hand, by their build script, or on the way. */
export async function verifyTrees(
  files: Pick<EnvironmentFiles, 'manifest' | 'manifestFile' | 'manifestText'>,
  sources: ListedSources,
): Promise<Problem[]> {
  const locate = locatorOf(files.manifestText);
  const problems: Problem[] = [];
  for (const { name, origin } of files.manifest) {
    if (origin.kind !== 'installed') continue;
    const [folder] = foldersIn(sources.listing, `packages/${name}/`);
    if (folder === undefined) continue;
    const tree = await hashFolder(folder, sources);
    if (tree === origin.tree) continue;
    const built = sources.listing.some(({ path }) => path === `${folder}/deps/build.log`);
    problems.push({
      file: files.manifestFile,
      line: locate(['deps', name]) ?? locate([name]),
      key: name,
      message: `its files have the git tree hash ${tree}, the Manifest says ${origin.tree}`,
      remedy: built
        ? 'its deps/build.jl wrote into it, and what it wrote is for this host only: use a version of it that needs no build script'
        : "remove its folder from the depot and run julia --project -e 'using Pkg; Pkg.instantiate()', or Pkg.develop what was changed on purpose",
    });
  }
  return problems;
}

function foldersIn(listing: Listing, parent: string): string[] {
  return listing
    .filter(({ type, path }) => type === 'directory' && path.startsWith(parent))
    .map(({ path }) => path)
    .filter((path) => !path.slice(parent.length).includes('/'));
}

async function hashFolder(folder: string, { listing, files }: ListedSources): Promise<string> {
  const prefix = `${folder}/`;
  const below = listing
    .filter(({ path }) => path.startsWith(prefix))
    .map((entry) => ({ ...entry, path: parseRelativePath(entry.path.slice(prefix.length), folder) }));
  return gitTreeHash(below, (path) => files.get(prefix + path) ?? '');
}
