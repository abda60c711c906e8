import type { TrustedRepository } from '@depotcast/hydrator';
import type { Channel, Digest, LayerId, ReleaseLayer, StoredContent } from '@depotcast/hydrator/format';
import type { JoinedBundle } from '../bundle/join-bundles.js';
import {
  planPublish,
  publishedLayers,
  type PublishPlan,
  type PublishRequest,
  wantedContents,
} from '../plan/plan-publish.js';
import type { OpenRepository } from '../repository/open-repository.js';
import { findStored } from './find-stored.js';

/** A plan together with what it was made from: all that publishing needs to know. */
export interface Preparation {
  readonly bundle: JoinedBundle;
  readonly plan: PublishPlan;
  readonly channel: Channel | undefined;
  /** Layers that are published. */
  readonly known: ReadonlyMap<LayerId, ReleaseLayer>;
  /** Contents of the bundle's new layers that are stored already. */
  readonly stored: ReadonlyMap<Digest, StoredContent>;
}

/**
 * Reads what a repository has and plans a publish. Writes nothing.
 * @throws DepotError `usage` as {@link planPublish} does, or what a damaged repository gives
 */
export async function preparePublish(
  request: PublishRequest,
  bundle: JoinedBundle,
  { trusted, config }: OpenRepository,
): Promise<Preparation> {
  const releases = await Promise.all(trusted.releases().map((id) => trusted.release(id)));
  const channel = await findChannel(trusted, request.channel);
  const known = publishedLayers(releases.map(({ release }) => release));
  const stored = await findStored(trusted.source, known.values(), wantedContents(bundle, known));
  const published = { prefix: config.prefix, releases, channel, stored: new Set(stored.keys()) };
  return { bundle, plan: planPublish(request, bundle, published), channel, known, stored };
}

async function findChannel(trusted: TrustedRepository, name: string): Promise<Channel | undefined> {
  return trusted.channels().includes(name) ? trusted.channel(name) : undefined;
}
