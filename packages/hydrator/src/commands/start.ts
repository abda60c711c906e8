import { dirname } from 'node:path';
import type { Lease } from '../cache/lease.js';
import { parseSize } from '../cache/size.js';
import { readCaps } from '../host/read-caps.js';
import { effectiveHost, type HostsOptions } from '../job/effective-host.js';
import { hydrate, type HydrateEvents, type Place } from '../job/hydrate.js';
import { leaseLayers, noteUseNow } from '../job/lease-layers.js';
import { openRelease, type OpenRelease, type ReleaseOptions } from '../job/open-release.js';
import {
  type Launch,
  prepareLaunch,
  requireInPlace,
  requireJuliaVersion,
  seenRoot,
} from '../job/prepare-launch.js';
import { chooseTreeRoot, type TreeRootOptions } from '../job/tree-root.js';
import { bundledJulia, inspectJulia, juliaCommand, type JuliaProgram } from '../launch/julia-program.js';
import { type Image, layersToStart, type Release, type ReleaseLayer } from '../format/index.js';
import { renderLogLine } from '../select/log-line.js';
import { type Decision, requireImage } from '../select/select-image.js';
import type { HostFeatures } from '../host/host-features.js';
import type { Context } from './context.js';
import { decide } from './decide.js';
import { Progress } from './progress.js';
import { type ProjectWish, settleEnvironment } from './settle-environment.js';

/** What `env`, `exec` and `fetch` share: everything up to the point where Julia could start. */
export interface ChoiceOptions extends ReleaseOptions, HostsOptions, TreeRootOptions, ProjectWish {
  /** Bytes that a cache may hold, as `50 GB`; what the site's settings say unless told. */
  readonly quota?: string | undefined;
  /** The processes for which the layers must stay; this one unless told. */
  readonly holders?: readonly number[];
  /** Whether the layers must be where the release is to be seen, for nothing will bind them there. */
  readonly inPlace?: boolean;
}

export type StartOptions = ChoiceOptions & {
  readonly julia?: string | undefined;
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
  /** Keeps them there; none for a mounted tree, or where none can be taken. */
  readonly lease: Lease | undefined;
}

export interface Start extends ChosenImage {
  readonly julia: JuliaProgram;
  readonly launch: Launch;
  /** Better images that did not stand a probe, and why. */
  readonly failed?: ReadonlyMap<Image, string>;
}

type Choice = Omit<ChosenImage, 'root' | 'lease'>;

/** Opens the release, chooses by this host, and makes sure that the layers are there. */
export async function chooseAndHydrate(options: ChoiceOptions, context: Context): Promise<ChosenImage> {
  const choice = await choose(options, context);
  return { ...choice, ...(await bring(choice, options, context)) };
}

/**
 * As {@link chooseAndHydrate}, and works out how Julia starts on it. Julia is asked for its version only once an image is
 * chosen, and before anything is fetched.
 */
export async function prepareStart(options: StartOptions, context: Context): Promise<Start> {
  const choice = await choose(options, context);
  return startOn(choice, await inspectChosen(choice, options, context), options, context);
}

/**
 * The Julia that is to start the image, unless it comes with it.
 * @throws DepotError `no-image` when it is of another version
 */
export async function inspectChosen(
  { image }: Choice,
  { julia: option }: StartOptions,
  { env }: Context,
): Promise<JuliaProgram | undefined> {
  if (option === undefined && image.runtime !== undefined) return undefined;
  const julia = await inspectJulia(juliaCommand(option), env);
  requireJuliaVersion(image, julia);
  return julia;
}

/** @param found the node's own Julia; undefined for the one that comes with the image */
export async function startOn(
  choice: Choice,
  found: JuliaProgram | undefined,
  options: StartOptions,
  context: Context,
): Promise<Start> {
  const { release, image } = choice;
  const { root, lease } = await bring(choice, options, context);
  const julia = found ?? bundledJulia(image, seenRoot(release, root));
  if (julia === undefined) throw new Error(`${image.target} ${image.start} comes without Julia`);
  const launch = prepareLaunch(release, image, root, julia, options.scratch, context.env);
  return { ...choice, root, lease, julia, launch };
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
): Promise<Pick<ChosenImage, 'root' | 'lease'>> {
  const wanted = layersToStart(release, image);
  const { into, holders = [process.pid] } = options;
  const places = { into, cache: options.cache, defaultCache: context.directories.cache };
  const root = await chooseTreeRoot(open.location, release, wanted, places);
  if (options.inPlace === true) requireInPlace(release, root);
  if (open.location.kind === 'tree') {
    await hydrateWithProgress(open, wanted, { root, cache: root }, context);
    return { root, lease: undefined };
  }
  const ids = wanted.map(({ id }) => id);
  // Before they are looked for: what has a lease is not removed between the look and the job.
  const lease = await leaseLayers(root, ids, holders, (message) => {
    context.note(`warning: ${message}`);
  });
  const cache = into === undefined && root !== release.prefix ? dirname(root) : root;
  const place = { root, cache, quota: await quotaOf(options) };
  await hydrateWithProgress(open, wanted, place, context);
  await noteUseNow(root, ids);
  return { root, lease };
}

/** A bar on a terminal, a line for each layer in any case. */
function hydrateWithProgress(
  open: OpenRelease,
  wanted: readonly ReleaseLayer[],
  place: Place,
  context: Context,
): Promise<void> {
  const { note } = context;
  const progress = new Progress({ ...context, now: () => new Date() }, 'fetching');
  const events: HydrateEvents = {
    onTotal: progress.onTotal,
    onBytes: progress.onFile,
    onFetched: ({ id, bytes }) => {
      note(`fetched ${id} (${Math.ceil(bytes / 1e6)} MB)`);
    },
    onWait: ({ id }, { pid, host }) => {
      note(`waiting for process ${pid} on ${host}, which is fetching ${id}`);
    },
  };
  return progress.during(() => hydrate(open, wanted, place, events));
}

/** Bytes. @throws DepotError `usage` */
export async function quotaOf({
  quota,
  config,
}: Pick<ChoiceOptions, 'quota' | 'config'>): Promise<number | undefined> {
  return quota === undefined ? (await readCaps(config)).quota : parseSize(quota, '--quota');
}

/** What the job's log says of the choice. */
export function logLine({ open, release, image, decision, failed }: Start): string {
  return renderLogLine(`${release.name} (${open.verified.id.slice(0, 12)})`, image, decision, failed);
}

export function withDefaults(options: ReleaseOptions, context: Context): ReleaseOptions {
  return { ...options, state: options.state ?? context.directories.state };
}
