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

/** What an environment consists of besides its Project and Manifest. */
export interface SourcesExtras {
  /** By package name, the folders of packages that Julia has installed in a depot. */
  readonly installed: ReadonlyMap<string, string>;
  /** By name, files that packages look for beside the Project: its preferences, and what artifacts the project declares. */
  readonly besides: ReadonlyMap<string, string>;
  /** Folders of the project itself, where it is a package too. */
  readonly ownParts: readonly string[];
}

/**
 * What goes where in the sources layer of environment `name`.
 */
export function planSources(
  name: string,
  files: EnvironmentFiles,
  { installed, besides, ownParts }: SourcesExtras,
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
      ...ownParts.map((part) => ({ from: join(origin, part), to: `${project}/${part}` })),
    ],
    texts: [
      { to: `${project}/Project.toml`, text: files.projectText },
      { to: `${project}/Manifest.toml`, text: rewritePaths(files.manifestText, paths) },
      ...[...besides].map(([file, text]) => ({ to: `${project}/${file}`, text })),
    ],
  };
}
