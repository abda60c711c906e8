import type { HostOptions } from '../host/read-host.js';
import { readHost } from '../host/read-host.js';
import { hydrate } from '../job/hydrate.js';
import { openRelease, type OpenRelease, type ReleaseOptions } from '../job/open-release.js';
import { type Launch, prepareLaunch } from '../job/prepare-launch.js';
import { chooseTreeRoot, type TreeRootOptions } from '../job/tree-root.js';
import { inspectJulia, type JuliaProgram } from '../launch/julia-program.js';
import type { Image, Release } from '../format/index.js';
import { requireImage, selectImage, type Wish } from '../select/select-image.js';
import type { Context } from './context.js';

/** What `env`, `exec` and `fetch` share: everything up to the point where Julia could start. */
export interface ChoiceOptions extends ReleaseOptions, HostOptions, TreeRootOptions, Wish {}

export interface ChosenImage {
  readonly open: OpenRelease;
  readonly release: Release;
  readonly image: Image;
  /** Folder below which the image's layers stand. */
  readonly root: string;
}

export interface Start extends ChosenImage {
  readonly julia: JuliaProgram;
  readonly launch: Launch;
}

/** Opens the release, chooses by this host, and makes sure that the layers are there. */
export async function chooseAndHydrate(options: ChoiceOptions, context: Context): Promise<ChosenImage> {
  const open = await openRelease(withDefaults(options, context), context.note);
  const { release } = open.verified;
  const host = await readHost(options);
  for (const warning of host.warnings) context.note(`warning: ${warning}`);
  const image = requireImage(selectImage(release, host, options), host);
  const root = await chooseTreeRoot(open.location, release, {
    into: options.into,
    cache: options.cache ?? context.directories.cache,
  });
  await hydrate(open, image, root, (layer) => {
    if (layer.fetched) context.note(`fetched ${layer.id} (${Math.ceil(layer.bytes / 1e6)} MB)`);
  });
  return { open, release, image, root };
}

/** As {@link chooseAndHydrate}, and works out how Julia starts on it. */
export async function prepareStart(
  options: ChoiceOptions & { readonly julia: string; readonly scratch?: string | undefined },
  context: Context,
): Promise<Start> {
  const julia = await inspectJulia(options.julia.split(/\s+/).filter(Boolean), context.env);
  const chosen = await chooseAndHydrate(options, context);
  const launch = prepareLaunch(chosen.release, chosen.image, chosen.root, julia, options.scratch);
  return { ...chosen, julia, launch };
}

export function withDefaults(options: ReleaseOptions, context: Context): ReleaseOptions {
  return { ...options, state: options.state ?? context.directories.state };
}
