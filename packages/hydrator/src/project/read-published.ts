import { join } from 'node:path';
import {
  DepotError,
  digestOf,
  type Environment,
  heededPreferences,
  type Listing,
  parsePreferences,
  type Preferences,
  PREFERENCES_NAMES,
  requireProject,
  type StoredFileEntry,
  type StoredListing,
  tree,
} from '../format/index.js';
import type { OpenRelease } from '../job/open-release.js';
import { readContent } from '../source/content.js';
import { readCapped } from '../source/read-capped.js';

/** An environment of a release, as far as a user's project can be compared with it. */
export interface PublishedProject {
  readonly environment: Environment;
  /** Oldest Julia of its images first. */
  readonly juliaVersions: readonly string[];
  /** Names of the packages that a job's own code can load. */
  readonly direct: ReadonlySet<string>;
  readonly preferences: Preferences;
  /** The whole sources layer. */
  readonly listing: Listing;
}

/** No Project.toml is longer, and nothing longer is held. */
const MAX_BYTES = 1 << 20;

/**
 * Reads an environment out of its signed sources layer, fetching no more of it than the project's own files.
 * @throws DepotError as reading signed files does
 */
export async function readPublishedProject(
  open: OpenRelease,
  environment: Environment,
): Promise<PublishedProject> {
  const { release } = open.verified;
  const layer = release.layers.find(({ id }) => id === environment.sources);
  if (layer === undefined) throw new DepotError('bad-format', `no layer ${environment.sources}`);
  const listing = await open.repository.listing(layer);
  /** The first of some files that there is. */
  const read = async (names: readonly string[]): Promise<{ text: string; file: string }> => {
    const entry = names
      .map((name) => fileAt(listing, `${environment.project}/${name}`))
      .find((found) => found !== undefined);
    const file = `${tree.layer(layer.id)}/${entry?.path ?? environment.project}`;
    return { text: entry === undefined ? '' : await readSigned(open, file, entry), file };
  };
  const [projectFile, localFile] = [await read(['Project.toml']), await read(PREFERENCES_NAMES)];
  const project = requireProject(projectFile.text, projectFile.file);
  const local = parsePreferences(localFile.text, localFile.file);
  const images = release.images.filter((image) => image.environment === environment.name);
  return {
    environment,
    juliaVersions: [...new Set(images.map(({ julia }) => julia.version))].sort(),
    direct: new Set([...Object.keys(project.deps), ...(project.name === undefined ? [] : [project.name])]),
    preferences: heededPreferences(project, local),
    listing,
  };
}

function fileAt(listing: StoredListing, path: string): StoredFileEntry | undefined {
  return listing.find((entry): entry is StoredFileEntry => entry.type === 'file' && entry.path === path);
}

/** @param file below the tree's root */
async function readSigned(
  { location, repository }: OpenRelease,
  file: string,
  entry: StoredFileEntry,
): Promise<string> {
  if (entry.size > MAX_BYTES) throw new DepotError('bad-format', `${file}: longer than ${MAX_BYTES} bytes`);
  if (location.kind === 'repository') {
    return (await readCapped(readContent(repository.source, entry), entry.size, file)).toString('utf8');
  }
  const path = join(location.root, file);
  const bytes = await location.source.read(file, entry.size);
  const actual = digestOf(bytes);
  if (actual === entry.sha256) return bytes.toString('utf8');
  throw new DepotError('bad-digest', `${path}: expected SHA-256 ${entry.sha256}, got ${actual}`);
}
