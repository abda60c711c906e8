import { depotLayers, environmentOf, type Image, isPathBound, type Release, tree } from '../format/index.js';

export interface LaunchContext {
  /** Where Julia sees the tree: the release's prefix, or where the node unpacked it. */
  readonly root: string;
  /** Folder of the Julia program, for the depots that come with Julia. */
  readonly juliaBindir: string;
  /** The job's PATH, where `julia` is to be found in Julia's folder first; undefined where it need not. */
  readonly path?: string | undefined;
  /** First depot: a folder that need not exist, where anything not covered by the release would be written. */
  readonly scratch: string;
}

/** What makes Julia start on an image. Nothing here reads or writes: it is text computed from the release. */
export interface LaunchEnvironment {
  readonly set: Readonly<Record<string, string>>;
  /** Variables that would lead Julia astray when inherited from a login node. */
  readonly unset: readonly string[];
  /** Arguments for julia itself, before the job's own. */
  readonly flags: readonly string[];
}

export function renderEnvironment(release: Release, image: Image, context: LaunchContext): LaunchEnvironment {
  const environment = environmentOf(release, image);
  const layers = depotLayers(environment, image).map((id) => `${context.root}/${tree.layer(id)}`);
  const depots = [context.scratch, ...layers];
  return {
    set: {
      JULIA_DEPOT_PATH: [...depots, ...juliaDepots(image.julia.version, context.juliaBindir)].join(':'),
      JULIA_PROJECT: `${context.root}/${tree.project(environment)}`,
      JULIA_LOAD_PATH: '@:@stdlib',
      JULIA_PKG_PRECOMPILE_AUTO: '0',
      JULIA_PKG_OFFLINE: 'true',
      JULIA_HISTORY: '/dev/null',
      ...(context.path === undefined ? {} : { PATH: before(context.juliaBindir, context.path) }),
    },
    unset: ['JULIA_CPU_TARGET', 'JULIA_BINDIR'],
    flags: [
      ...(image.sysimage === null ? [] : ['-J', `${context.root}/${tree.sysimage(image.sysimage)}`]),
      ...image.flags,
      '--startup-file=no',
    ],
  };
}

function before(folder: string, path: string): string {
  return path === '' ? folder : `${folder}:${path}`;
}

/** Up to 1.10 an empty entry would bring in the user's own depot; from 1.11 on it means just those that Julia ships. */
function juliaDepots(version: string, bindir: string): string[] {
  if (!isPathBound(version)) return [''];
  const usr = bindir.replace(/\/[^/]*$/, '');
  return [`${usr}/local/share/julia`, `${usr}/share/julia`];
}
