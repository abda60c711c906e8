import { dirname, isAbsolute, join, resolve } from 'node:path';
import { rewritePaths } from './manifest.js';
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

/**
 * What goes where in the sources layer of environment `name`.
 * @param installed by package name, the folders of packages that Julia has installed in a depot
 * @param preferences the environment's LocalPreferences.toml, where there is one
 */
export function planSources(
  name: string,
  files: EnvironmentFiles,
  installed: ReadonlyMap<string, string>,
  preferences: string | undefined,
): SourcesPlan {
  const origin = dirname(files.manifestFile);
  const local = files.manifest.flatMap((entry) =>
    entry.origin.kind === 'path' ? [{ name: entry.name, folder: entry.origin.path }] : [],
  );
  const paths = new Map(local.map((item) => [item.name, `../../dev/${item.name}`]));
  const project = projectPath(name);
  return {
    folders: [
      ...local.map((item) => ({
        from: isAbsolute(item.folder) ? item.folder : resolve(origin, item.folder),
        to: `dev/${item.name}`,
      })),
      ...[...installed].map(([packageName, from]) => ({
        from,
        to: join('packages', packageName, from.slice(from.lastIndexOf('/') + 1)),
      })),
      // A project that is a package too is loaded from its own folder.
      ...(files.ownPackage === undefined ? [] : [{ from: join(origin, 'src'), to: `${project}/src` }]),
    ],
    texts: [
      { to: `${project}/Project.toml`, text: files.projectText },
      { to: `${project}/Manifest.toml`, text: rewritePaths(files.manifestText, paths) },
      ...(preferences === undefined ? [] : [{ to: `${project}/LocalPreferences.toml`, text: preferences }]),
    ],
  };
}
