import { basename } from 'node:path';
import { DepotError, type Digest, parseDigest } from '@depotcast/hydrator/format';

/** One binary package in one version. */
export interface DebianPackage {
  readonly package: string;
  readonly version: string;
  /** `all` for packages that hold no machine code. */
  readonly architecture: string;
  readonly sha256: Digest;
}

/** A `.deb` file and what its bytes hash to. */
export interface Archive {
  /** Named as apt names it: `<package>_<version>_<architecture>.deb`, colons escaped. */
  readonly path: string;
  readonly sha256: Digest;
}

/** A package and the file that holds it. */
export type Download = DebianPackage & Archive;

/** Parses the stanzas of a Packages index. @throws DepotError `bad-format` for one that lacks a field we need. */
export function parsePackages(index: string): DebianPackage[] {
  return index
    .split(/\n\n+/)
    .filter((stanza) => stanza.trim() !== '')
    .map((stanza) => {
      const field = (name: string) => fieldOf(stanza, name);
      const name = field('Package');
      const sha256 = parseDigest(field('SHA256'), `Packages index, ${name}`);
      return { package: name, version: field('Version'), architecture: field('Architecture'), sha256 };
    });
}

function fieldOf(stanza: string, name: string): string {
  const value = new RegExp(`^${name}: (.+)$`, 'm').exec(stanza)?.[1];
  if (value !== undefined) return value;
  throw new DepotError(
    'bad-format',
    `Packages index: expected a field ${name}, got '${stanza.slice(0, 80)}'`,
  );
}

/** The argument that names just this archive's version to apt: `<package>=<version>`. */
export function aptName(path: string): string {
  const { name, version } = parseArchiveName(path);
  return `${name}=${version}`;
}

/**
 * Finds each archive in the verified index.
 * @throws DepotError `bad-digest`, naming every package that the index does not list so.
 */
export function checkArchives(archives: readonly Archive[], index: readonly DebianPackage[]): Download[] {
  const problems: string[] = [];
  const checked = archives.flatMap(({ path, sha256 }) => {
    const { name, version, architecture } = parseArchiveName(path);
    const listed = index.find(
      (entry) => entry.package === name && entry.version === version && entry.architecture === architecture,
    );
    if (listed?.sha256 === sha256) return [{ ...listed, path }];
    const expected = listed === undefined ? 'a package of the index' : `SHA-256 ${listed.sha256}`;
    problems.push(`${name} ${version} ${architecture}: expected ${expected}, got ${sha256}`);
    return [];
  });
  if (problems.length > 0) throw new DepotError('bad-digest', problems.join('; '));
  return checked;
}

function parseArchiveName(path: string): { name: string; version: string; architecture: string } {
  const [, name, version, architecture] = /^([^_]+)_([^_]+)_([^_]+)\.deb$/.exec(basename(path)) ?? [];
  if (name === undefined || version === undefined || architecture === undefined)
    throw new DepotError('bad-format', `expected <package>_<version>_<architecture>.deb, got '${path}'`);
  return { name, version: decodeURIComponent(version), architecture };
}
