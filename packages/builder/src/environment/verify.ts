import type { ManifestEntry, Project } from '@depotcast/hydrator/format';
import type { PackageId } from '../julia/literal.js';
import { locatorOf } from '../spec/locate.js';
import type { Problem } from '../spec/problem.js';

/** Files of an environment as they were read. */
export interface EnvironmentFiles {
  readonly projectFile: string;
  readonly projectText: string;
  readonly project: Project;
  /** The project itself, where it is a package too: it has a name, a uuid, and a module of that name in its src. */
  readonly ownPackage: PackageId | undefined;
  readonly manifestFile: string;
  readonly manifestText: string;
  readonly manifest: readonly ManifestEntry[];
  /** By package name: what stands in the Project.toml of each package that has a path; undefined where none can be read. */
  readonly packages: ReadonlyMap<string, Project | undefined>;
}

/** Everything in which Project, Manifest and the packages' own projects disagree. Nothing is ever resolved anew. */
export function verifyManifest(files: EnvironmentFiles): Problem[] {
  return [
    ...verifyDependencies(files),
    ...verifyNames(files),
    ...files.manifest.flatMap((entry) => verifyPackage(entry, files)),
  ];
}

/** The command that makes a Manifest fit its Project again. */
export function resolveCommand(projectFile: string): string {
  const folder = projectFile.slice(0, projectFile.lastIndexOf('/'));
  return `run julia --project=${folder} -e 'using Pkg; Pkg.resolve()' and look at what changes`;
}

function verifyDependencies({ projectFile, projectText, project, manifest }: EnvironmentFiles): Problem[] {
  const locate = locatorOf(projectText);
  return Object.entries(project.deps).flatMap(([name, uuid]): Problem[] => {
    const found = manifest.filter((entry) => entry.name === name);
    if (found.some((entry) => entry.uuid === uuid)) return [];
    const message = found.length === 0 ? 'is not in the Manifest' : `has another uuid in the Manifest`;
    return [
      {
        file: projectFile,
        line: locate(['deps', name]),
        key: name,
        message,
        remedy: resolveCommand(projectFile),
      },
    ];
  });
}

/** Folders and caches are named after packages, and a project's uuids go by name. */
function verifyNames({ manifestFile, manifest }: EnvironmentFiles): Problem[] {
  const names = manifest.map(({ name }) => name);
  return manifest
    .filter((entry, index) => names.indexOf(entry.name) !== index)
    .map(({ name }) => ({
      file: manifestFile,
      line: undefined,
      key: name,
      message: 'two packages have this name',
      remedy: 'build them as two environments',
    }));
}

function verifyPackage(entry: ManifestEntry, files: EnvironmentFiles): Problem[] {
  const { manifestFile, manifestText } = files;
  if (entry.origin.kind !== 'path') return [];
  const locate = locatorOf(manifestText);
  const problem = (message: string, remedy = resolveCommand(files.projectFile)): Problem => ({
    file: manifestFile,
    line: locate(['deps', entry.name]) ?? locate([entry.name]),
    key: entry.name,
    message,
    remedy,
  });
  const own = files.packages.get(entry.name);
  if (own === undefined) {
    return [
      problem(`there is no package at '${entry.origin.path}'`, 'correct its path, or put the package there'),
    ];
  }
  const differences = [
    ['name', own.name, entry.name],
    ['uuid', own.uuid, entry.uuid],
    ['version', own.version, entry.version],
    ['dependencies', dependenciesOf(own, entry), listOf(entry.deps)],
  ] as const;
  return differences
    .filter(([, inProject, inManifest]) => (inProject ?? '') !== (inManifest ?? ''))
    .map(([what, inProject, inManifest]) =>
      problem(`${what}: its Project.toml says '${inProject ?? ''}', the Manifest says '${inManifest ?? ''}'`),
    );
}

/**
 * The dependencies that a Manifest should name. One that is a weak one as well, for Julias that know no weak ones, is left
 * out by those that do.
 */
function dependenciesOf({ deps, weakdeps }: Project, entry: ManifestEntry): string {
  const strong = listOf(Object.keys(deps).filter((name) => weakdeps[name] === undefined));
  return strong === listOf(entry.deps) ? strong : listOf(Object.keys(deps));
}

function listOf(names: readonly string[]): string {
  return [...names].sort().join(', ');
}
