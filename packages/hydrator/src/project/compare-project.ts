import {
  canonicalJson,
  type ManifestEntry,
  type Origin,
  type Package,
  parseJuliaVersion,
  type Preferences,
  type Project,
} from '../format/index.js';
import type { PublishedProject } from './read-published.js';
import type { UserProject } from './read-project.js';

/**
 * In what a package differs: the release has none; another version; other code of one version; files of a folder; what is
 * preferred of it; or it is there, but a job's own code cannot load it by name.
 */
export type DifferenceKind = 'missing' | 'version' | 'tree' | 'files' | 'preferences' | 'indirect';

export interface Difference {
  readonly name: string;
  readonly uuid: string;
  readonly kind: DifferenceKind;
  /** What the project has and what the release has: versions, tree hashes; null where that says nothing. */
  readonly here: string | null;
  readonly published: string | null;
  /** Files that differ, below the package's folder. */
  readonly files: readonly string[];
}

/** How an environment of a release compares with a user's project. */
export interface Comparison {
  readonly environment: string;
  /** Julia of the release, where the Manifest is for another minor version; null where it fits. */
  readonly otherJulia: string | null;
  readonly differences: readonly Difference[];
  /** Names of packages that would have to be compiled again, dependents included. */
  readonly recompiled: readonly string[];
  /** Names of packages that only the release has; they do no harm. */
  readonly surplus: readonly string[];
}

/** By uuid: files that differ, of each package that is taken from a folder on both sides. */
export type FolderDifferences = ReadonlyMap<string, readonly string[]>;

export function compareProject(
  user: Pick<UserProject, 'project' | 'manifest' | 'preferences' | 'ownPackage'>,
  published: PublishedProject,
  folders: FolderDifferences,
): Comparison {
  const { entries, juliaVersion } = user.manifest;
  const packages = new Map(published.environment.packages.map((item) => [item.uuid, item]));
  const own = user.ownPackage === undefined ? [] : [asEntry(user.ownPackage, user.project)];
  const differences = [...entries, ...own].flatMap((entry): Difference[] => {
    const found = own.includes(entry)
      ? filesDifference(folders.get(entry.uuid) ?? [])
      : compareEntry(entry, packages.get(entry.uuid), folders.get(entry.uuid) ?? []);
    const difference =
      found ??
      comparePreferences(entry.name, user.preferences, published.preferences) ??
      compareReach(entry.name, user.project, published.direct);
    return difference === undefined ? [] : [{ name: entry.name, uuid: entry.uuid, ...difference }];
  });
  const other = published.juliaVersions.find((version) => isOtherMinor(version, juliaVersion));
  const changed = differences.filter(({ kind }) => kind !== 'indirect').map(({ name }) => name);
  const here = new Set(entries.map(({ uuid }) => uuid));
  return {
    environment: published.environment.name,
    otherJulia: other ?? null,
    differences: differences.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    recompiled: dependentsOf(other === undefined ? changed : [...entries, ...own].map(({ name }) => name), [
      ...entries,
      ...own,
    ]),
    surplus: published.environment.packages.filter(({ uuid }) => !here.has(uuid)).map(({ name }) => name),
  };
}

/** Whether a job of the project can run in the environment as it was published. */
export function fits({ otherJulia, differences }: Comparison): boolean {
  return otherJulia === null && differences.length === 0;
}

type Found = Omit<Difference, 'name' | 'uuid'>;

function compareEntry(
  entry: ManifestEntry,
  published: Package | undefined,
  files: readonly string[],
): Found | undefined {
  const { origin, version = null } = entry;
  if (published === undefined) {
    return { kind: 'missing', here: version, published: null, files: [] };
  }
  // The standard library is Julia's own, whatever version a Manifest notes.
  if (origin.kind === 'stdlib' && published.tree === null) return undefined;
  if (version !== published.version) {
    return { kind: 'version', here: version, published: published.version, files: [] };
  }
  if (origin.kind === 'path' && isFolderDigest(published.tree)) return filesDifference(files);
  if (origin.kind === 'installed' && origin.tree === published.tree) return undefined;
  return { kind: 'tree', here: describeOrigin(origin), published: describeTree(published.tree), files: [] };
}

function filesDifference(files: readonly string[]): Found | undefined {
  return files.length === 0 ? undefined : { kind: 'files', here: null, published: null, files };
}

/** Folders have a SHA-256, installed packages git's SHA-1. */
export function isFolderDigest(tree: string | null): boolean {
  return tree?.length === 64;
}

function describeOrigin(origin: Origin): string | null {
  if (origin.kind === 'installed') return origin.tree;
  return origin.kind === 'path' ? 'a folder' : null;
}

function describeTree(tree: string | null): string {
  if (tree === null) return "Julia's own";
  return isFolderDigest(tree) ? 'a folder' : tree;
}

function comparePreferences(name: string, here: Preferences, published: Preferences): Found | undefined {
  const [own, other] = [describePreferences(here[name]), describePreferences(published[name])];
  return own === other ? undefined : { kind: 'preferences', here: own, published: other, files: [] };
}

function describePreferences(preferences: Preferences[string] = {}): string {
  return Object.entries(preferences)
    .map(([key, value]) => `${key}=${canonicalJson(value)}`)
    .sort()
    .join(' ');
}

function compareReach(
  name: string,
  { deps }: Pick<Project, 'deps'>,
  published: ReadonlySet<string>,
): Found | undefined {
  const isHidden = deps[name] !== undefined && !published.has(name);
  return isHidden ? { kind: 'indirect', here: null, published: null, files: [] } : undefined;
}

function asEntry(
  { name, uuid }: { name: string; uuid: string },
  { deps }: Pick<Project, 'deps'>,
): ManifestEntry {
  return { name, uuid, version: undefined, origin: { kind: 'path', path: '.' }, deps: Object.keys(deps) };
}

function isOtherMinor(version: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return false;
  const { major, minor } = parseJuliaVersion(wanted);
  const have = parseJuliaVersion(version);
  return have.major !== major || have.minor !== minor;
}

/** The packages of some names, and all that depend on them. */
function dependentsOf(
  names: readonly string[],
  entries: readonly Pick<ManifestEntry, 'name' | 'deps'>[],
): string[] {
  const reached = new Set(names);
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const { name, deps } of entries) if (deps.some((dep) => reached.has(dep))) reached.add(name);
  }
  return [...reached].sort();
}
