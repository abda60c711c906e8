import { effectiveHost, type HostsOptions } from '../job/effective-host.js';
import { hydrate } from '../job/hydrate.js';
import { openRelease, type OpenRelease, type ReleaseOptions } from '../job/open-release.js';
import { type Launch, prepareLaunch, requireJuliaVersion } from '../job/prepare-launch.js';
import { chooseTreeRoot, type TreeRootOptions } from '../job/tree-root.js';
import { inspectJulia, type JuliaProgram } from '../launch/julia-program.js';
import { type Image, layersToStart, type Release } from '../format/index.js';
import { renderLogLine } from '../select/log-line.js';
import { type Decision, requireImage } from '../select/select-image.js';
import type { HostFeatures } from '../host/host-features.js';
import type { Context } from './context.js';
import { decide } from './decide.js';
import { type ProjectWish, settleEnvironment } from './settle-environment.js';

/** What `env`, `exec` and `fetch` share: everything up to the point where Julia could start. */
export interface ChoiceOptions extends ReleaseOptions, HostsOptions, TreeRootOptions, ProjectWish {}

export type StartOptions = ChoiceOptions & {
  readonly julia: string;
  readonly scratch?: string | undefined;
};

export interface ChosenImage {
  readonly open: OpenRelease;
  readonly release: Release;
  readonly host: HostFeatures;
  readonly decision: Decision;
  readonly image: Image;
  /** Folder below which the image's layers stand. */
  readonly root: string;
}

export interface Start extends ChosenImage {
  readonly julia: JuliaProgram;
  readonly launch: Launch;
  /** Better images that did not stand a probe, and why. */
  readonly failed?: ReadonlyMap<Image, string>;
}

type Choice = Omit<ChosenImage, 'root'>;

/** Opens the release, chooses by this host, and makes sure that the layers are there. */
export async function chooseAndHydrate(options: ChoiceOptions, context: Context): Promise<ChosenImage> {
  const choice = await choose(options, context);
  return { ...choice, root: await bring(choice, options, context) };
}

/**
 * As {@link chooseAndHydrate}, and works out how Julia starts on it. Julia is asked for its version only once an image is
 * chosen, and before anything is fetched.
 */
export async function prepareStart(options: StartOptions, context: Context): Promise<Start> {
  const choice = await choose(options, context);
  return startOn(choice, await inspectChosen(choice, options, context), options, context);
}

/** The Julia that is to start the image. @throws DepotError `no-image` when it is of another version */
export async function inspectChosen(
  { image }: Choice,
  options: StartOptions,
  { env }: Context,
): Promise<JuliaProgram> {
  const julia = await inspectJulia(options.julia.split(/\s+/).filter(Boolean), env);
  requireJuliaVersion(image, julia);
  return julia;
}

export async function startOn(
  choice: Choice,
  julia: JuliaProgram,
  options: StartOptions,
  context: Context,
): Promise<Start> {
  const { release, image } = choice;
  const root = await bring(choice, options, context);
  return { ...choice, root, julia, launch: prepareLaunch(release, image, root, julia, options.scratch) };
}

export async function choose(options: ChoiceOptions, context: Context): Promise<Choice> {
  const open = await openRelease(withDefaults(options, context), context.note);
  const { release } = open.verified;
  const host = await effectiveHost(options, release.images, context.env);
  const wish = await settleEnvironment(open, options, context);
  const { decision, warnings } = decide(release, host, wish, context);
  for (const warning of warnings) context.note(`warning: ${warning}`);
  return { open, release, host, decision, image: requireImage(decision, host) };
}

async function bring(
  { open, release, image }: Choice,
  options: ChoiceOptions,
  context: Context,
): Promise<string> {
  const wanted = layersToStart(release, image);
  const { into, cache } = options;
  const places = { into, cache, defaultCache: context.directories.cache };
  const root = await chooseTreeRoot(open.location, release, wanted, places);
  await hydrate(open, wanted, root, {
    onFetched: ({ id, bytes }) => {
      context.note(`fetched ${id} (${Math.ceil(bytes / 1e6)} MB)`);
    },
    onWait: ({ id }, { pid, host }) => {
      context.note(`waiting for process ${pid} on ${host}, which is fetching ${id}`);
    },
  });
  return root;
}

/** What the job's log says of the choice. */
export function logLine({ open, release, image, decision, failed }: Start): string {
  return renderLogLine(`${release.name} (${open.verified.id.slice(0, 12)})`, image, decision, failed);
}

export function withDefaults(options: ReleaseOptions, context: Context): ReleaseOptions {
  return { ...options, state: options.state ?? context.directories.state };
}
