import { dirname, join, resolve } from 'node:path';
import { rewritePaths } from './rewrite-paths.js';
import type { PackageParts } from './package-parts.js';
import type { EnvironmentFiles } from './verify.js';

/** A folder that goes into the sources layer as it is, without its Git history. */
export interface SourceFolder {
  readonly from: string;
  /** Path below the layer's root. */
  readonly to: string;
}

/** A file of the layer whose content is not a plain copy. */
export interface SourceText {
  readonly to: string;
  readonly text: string;
}

export interface SourcesPlan {
  readonly folders: readonly SourceFolder[];
  readonly texts: readonly SourceText[];
}

/** Where an environment's Project.toml stands below its sources layer. */
export function projectPath(environment: string): string {
  return `environments/${environment}`;
}

/** What an environment consists of besides its Manifest. */
export interface SourcesExtras {
  /** By package name, the folders of packages that Julia has installed in a depot. */
  readonly installed: ReadonlyMap<string, string>;
  /** What the project has beside its Manifest. */
  readonly own: PackageParts;
  /** By name, the packages in whose folder the project stands. */
  readonly surrounding: ReadonlyMap<string, PackageParts>;
}

/**
 * What goes where in the sources layer of environment `name`.
 */
export function planSources(
  name: string,
  files: EnvironmentFiles,
  { installed, own, surrounding }: SourcesExtras,
): SourcesPlan {
  const origin = dirname(files.manifestFile);
  const local = files.manifest.flatMap(({ name: packageName, origin: from }) =>
    from.kind === 'path' ? [{ packageName, from: resolve(origin, from.path), to: `dev/${packageName}` }] : [],
  );
  const paths = new Map(local.map(({ packageName, to }) => [packageName, `../../${to}`]));
  const project = projectPath(name);
  const partly = [
    // A project that is a package too is loaded from its own folder.
    { parts: own, to: project },
    ...[...surrounding].map(([packageName, parts]) => ({ parts, to: `dev/${packageName}` })),
  ];
  return {
    folders: [
      ...local
        .filter(({ packageName }) => !surrounding.has(packageName))
        .map(({ from, to }) => ({ from, to })),
      ...[...installed].map(([packageName, from]) => ({
        from,
        to: join('packages', packageName, from.slice(from.lastIndexOf('/') + 1)),
      })),
      ...partly.flatMap(({ parts: { folder, parts }, to }) =>
        parts.map((part) => ({ from: join(folder, part), to: `${to}/${part}` })),
      ),
    ],
    texts: [
      { to: `${project}/Manifest.toml`, text: rewritePaths(files.manifestText, paths) },
      ...partly.flatMap(({ parts: { texts }, to }) =>
        [...texts].map(([file, text]) => ({ to: `${to}/${file}`, text })),
      ),
    ],
  };
}
