import {
  type Channel,
  currentEntry,
  DepotError,
  type Digest,
  type FileEntry,
  type LayerId,
  type LayerKind,
  type Release,
  type ReleaseId,
  type ReleaseLayer,
} from '@depotcast/hydrator/format';
import type { JoinedBundle } from '../bundle/join-bundles.js';
import type { BundledLayer } from '../bundle/open-bundle.js';
import { assembleRelease } from './assemble-release.js';

export interface PublishRequest {
  /** Name of the release. */
  readonly name: string;
  readonly channel: string;
}

/** What a repository already has. */
export interface Published {
  readonly prefix: string;
  readonly releases: readonly { readonly id: ReleaseId; readonly release: Release }[];
  /** The requested channel's history, if there is one. */
  readonly channel: Channel | undefined;
  /** Contents of the bundle's new layers that are stored already, as parts of other layers. */
  readonly stored: ReadonlySet<Digest>;
}

interface Amount {
  readonly files: number;
  readonly bytes: number;
}

export interface LayerPlan extends Amount {
  readonly id: LayerId;
  readonly kind: LayerKind;
  /** `reuse`: the very layer is published already; its tar is not read. */
  readonly action: 'store' | 'reuse';
  /** Distinct contents to compress and store. */
  readonly fresh: Amount;
}

/** What publishing will do, as printable JSON. */
export interface PublishPlan {
  readonly format: 'depotcast-publish-plan/1';
  /** `nothing`: the channel runs this release; `channel`: the release exists, the channel moves to it. */
  readonly outcome: 'nothing' | 'channel' | 'release';
  readonly release: {
    readonly name: string;
    /** Known before storing only when every layer is published already. */
    readonly id: ReleaseId | null;
    readonly targets: readonly string[];
  };
  readonly layers: readonly LayerPlan[];
  readonly fresh: Amount;
  readonly channel: { readonly name: string; readonly revision: number; readonly previous: ReleaseId | null };
}

/**
 * Decides what publishing a bundle takes. Reads and writes nothing.
 * @throws DepotError `usage` when the bundle does not fit the repository or the name is taken
 */
export function planPublish(
  request: PublishRequest,
  bundle: JoinedBundle,
  published: Published,
): PublishPlan {
  checkPrefix(bundle, published);
  const known = publishedLayers(published.releases.map(({ release }) => release));
  const seen = new Set<Digest>(published.stored);
  const layers = bundle.layers.map((layer) => planLayer(layer, known, seen));
  const isStored = layers.every(({ action }) => action === 'reuse');
  const id = isStored ? releaseIdFrom(request, bundle, known) : null;
  checkName(request, id, published);
  const entries = published.channel?.entries ?? [];
  const current = published.channel === undefined ? null : currentEntry(published.channel).release;
  const exists = published.releases.some((release) => release.id === id);
  return {
    format: 'depotcast-publish-plan/1',
    outcome: exists ? (current === id ? 'nothing' : 'channel') : 'release',
    release: { name: request.name, id, targets: [...new Set(bundle.images.map(({ target }) => target))] },
    layers,
    fresh: sum(layers.map(({ fresh }) => fresh)),
    channel: { name: request.channel, revision: entries.length + 1, previous: current },
  };
}

/** Every layer that is published, by id. */
export function publishedLayers(releases: readonly Release[]): Map<LayerId, ReleaseLayer> {
  return new Map(releases.flatMap(({ layers }) => layers.map((layer) => [layer.id, layer])));
}

/** The contents of the layers that are not published yet: what to look for among those that are. */
export function wantedContents(bundle: JoinedBundle, known: ReadonlyMap<LayerId, unknown>): Set<Digest> {
  const fresh = bundle.layers.filter(({ id }) => !known.has(id));
  return new Set(fresh.flatMap((layer) => filesOf(layer).map(({ sha256 }) => sha256)));
}

function planLayer(
  layer: BundledLayer,
  known: ReadonlyMap<LayerId, ReleaseLayer>,
  seen: Set<Digest>,
): LayerPlan {
  const { id, kind } = layer;
  const published = known.get(id);
  if (published === undefined) {
    const files = filesOf(layer);
    const fresh = files.filter(({ sha256 }) => !seen.has(sha256) && seen.add(sha256));
    return { id, kind, ...amountOf(files), action: 'store', fresh: amountOf(fresh) };
  }
  if (published.tree === layer.tree) {
    const { files, bytes } = published;
    return { id, kind, files, bytes, action: 'reuse', fresh: amountOf([]) };
  }
  throw new DepotError(
    'usage',
    `layer ${layer.id} is published with tree digest ${published.tree}, but the bundle has ${layer.tree}`,
    {
      hint: 'two builds of the same inputs gave different bytes; publish the first bundle, or change an input',
    },
  );
}

function checkPrefix(bundle: JoinedBundle, { prefix }: Published): void {
  if (bundle.prefix === prefix) return;
  throw new DepotError(
    'usage',
    `the bundle was built for prefix ${bundle.prefix}, the repository is for ${prefix}`,
    {
      hint: `set prefix = "${prefix}" in the spec and build again`,
    },
  );
}

function checkName({ name }: PublishRequest, id: ReleaseId | null, { releases }: Published): void {
  const taken = releases.find(({ release }) => release.name === name);
  if (taken === undefined || taken.id === id) return;
  throw new DepotError(
    'usage',
    `release name '${name}' is taken by ${taken.id.slice(0, 12)}, with other contents`,
    {
      hint: 'releases never change: choose another --name',
    },
  );
}

function releaseIdFrom(
  { name }: PublishRequest,
  bundle: JoinedBundle,
  known: ReadonlyMap<LayerId, ReleaseLayer>,
): ReleaseId {
  return assembleRelease(name, bundle, known).id;
}

export function filesOf({ listing }: BundledLayer): FileEntry[] {
  return listing.filter((entry) => entry.type === 'file');
}

export function amountOf(files: readonly FileEntry[]): Amount {
  return { files: files.length, bytes: files.reduce((total, { size }) => total + size, 0) };
}

function sum(amounts: readonly Amount[]): Amount {
  return {
    files: amounts.reduce((total, { files }) => total + files, 0),
    bytes: amounts.reduce((total, { bytes }) => total + bytes, 0),
  };
}
