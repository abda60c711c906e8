import { DepotError, type Image, type Release, type Start, STARTS } from '../format/index.js';
import type { HostFeatures } from '../host/host-features.js';
import { someOf } from '../host/some-of.js';
import { byStrength } from './strength.js';

/** One image of the release and what this host lacks for it. */
export interface Candidate {
  readonly image: Image;
  readonly runnable: boolean;
  /** Required features that the host does not have, sorted; empty when only the architecture is wrong. */
  readonly missing: readonly string[];
  /** Those of the missing features that only a cap takes away, and what it says; undefined where no cap matters. */
  readonly capped?: { readonly features: readonly string[]; readonly says: string };
  /** Where the choice is for several nodes: those that lack something, and what. */
  readonly nodes?: readonly { readonly node: string; readonly missing: readonly string[] }[];
}

export interface Decision {
  readonly chosen: Image | undefined;
  /** Every image of the environment, best first. */
  readonly candidates: readonly Candidate[];
}

export interface Wish {
  /** The release's first environment unless told. */
  readonly environment?: string | undefined;
  /** Only images of this target. */
  readonly target?: string | undefined;
  /** Only images that start this way; a system image before package caches unless told. */
  readonly start?: Start | undefined;
}

/**
 * Chooses the strongest image whose required features the host all has; the names of targets play no part.
 * @throws DepotError `usage` when the release has no environment, target or start of the wished name
 */
export function selectImage(release: Release, host: HostFeatures, wish: Wish = {}): Decision {
  const candidates = wishedImages(release, wish)
    .sort(byImageStrength)
    .map((image) => judge(image, host));
  return { chosen: candidates.find((candidate) => candidate.runnable)?.image, candidates };
}

/**
 * The chosen image.
 * @throws DepotError `no-image`, saying what each image lacks here
 */
export function requireImage(decision: Decision, host: HostFeatures): Image {
  if (decision.chosen !== undefined) return decision.chosen;
  const reasons = decision.candidates.map(
    (candidate) => `${candidate.image.target}: ${describeRefusal(candidate)}`,
  );
  throw new DepotError(
    'no-image',
    `no image of this release runs on this ${host.arch} host: ${[...new Set(reasons)].join('; ')}`,
    {
      hint: 'ask the publisher for an image of a lower target; depot-hydrate explain shows every image',
    },
  );
}

/** Why a candidate cannot run here, in a few words. */
export function describeRefusal(candidate: Candidate): string {
  const { image, missing, nodes } = candidate;
  if (missing.length === 0) return `is for ${image.arch}`;
  const where = nodes === undefined ? '' : ` on ${someOf(nodes.map(({ node }) => node))}`;
  return `missing ${describeMissing(candidate)}${where}`;
}

function describeMissing({ missing, capped }: Candidate): string {
  if (capped === undefined) return missing.join(' ');
  const absent = missing.filter((feature) => !capped.features.includes(feature));
  const parts = [...(absent.length === 0 ? [] : [absent.join(' ')]), capped.features.join(' ')];
  return `${parts.join(', and ')} (${capped.says})`;
}

/** Whether nothing but a cap keeps this host from running a candidate. */
export function isOnlyCapped({ missing, capped }: Candidate): boolean {
  return capped !== undefined && capped.features.length === missing.length;
}

/** Orders images best first: the stronger target, and of one target a system image before package caches. */
export function byImageStrength(a: Image, b: Image): number {
  return byStrength(a.requires, b.requires) || STARTS.indexOf(a.start) - STARTS.indexOf(b.start);
}

function judge(image: Image, host: HostFeatures): Candidate {
  if (image.arch !== host.arch) return { image, runnable: false, missing: [] };
  const missing = missingFor(image, host);
  const features = missing.filter((feature) => host.cap?.hides.has(feature));
  const nodes = host.nodes
    ?.map((node) => ({ node: node.name, missing: missingFor(image, node.host) }))
    .filter((node) => node.missing.length > 0);
  return {
    ...{ image, runnable: missing.length === 0, missing },
    ...(host.cap === undefined || features.length === 0 ? {} : { capped: { features, says: host.cap.says } }),
    ...(nodes === undefined ? {} : { nodes }),
  };
}

function missingFor({ requires }: Image, { features }: HostFeatures): string[] {
  return requires.filter((feature) => !features.has(feature)).sort();
}

function wishedImages(release: Release, wish: Wish): Image[] {
  const environment = wish.environment ?? release.environments[0]?.name ?? '';
  const filters: readonly [what: string, wished: string | undefined, of: (image: Image) => string][] = [
    ['environment', environment, (image) => image.environment],
    ['target', wish.target, (image) => image.target],
    ['start', wish.start, (image) => image.start],
  ];
  return filters.reduce<Image[]>(
    (images, [what, wished, of]) => {
      if (wished === undefined) return images;
      const matching = images.filter((image) => of(image) === wished);
      if (matching.length > 0) return matching;
      const known = [...new Set(images.map(of))].join(', ');
      throw new DepotError('usage', `release ${release.name} has no ${what} '${wished}'`, {
        hint: `it has: ${known}`,
      });
    },
    [...release.images],
  );
}
