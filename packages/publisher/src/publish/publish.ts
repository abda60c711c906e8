import { appendEntry, type Release, type ReleaseId } from '@depotcast/hydrator/format';
import type { DurableWriter } from '../files/durable-writer.js';
import { commitRevision } from '../repository/commit.js';
import type { OpenRepository } from '../repository/open-repository.js';
import { planRevision, type Signers } from '../trust/plan-revision.js';
import { instantOf } from '../trust/instant.js';
import type { Preparation } from './prepare.js';
import { storeRelease, type StoreEvents } from './store-release.js';

export interface PublishTools {
  readonly writer: DurableWriter;
  readonly signers: Signers;
  readonly now: Date;
  readonly events: StoreEvents;
  /** Stores what else must be there once the release is in force. */
  readonly beforeCommit?: (release: Release) => Promise<void>;
}

/**
 * Carries out a plan: stores what is new, appends to the channel, commits. Whatever interrupts it, the repository stays as
 * it was until the commit.
 * @returns the release that the channel runs now
 */
export async function publish(
  preparation: Preparation,
  { state, config }: OpenRepository,
  tools: PublishTools,
): Promise<ReleaseId> {
  const { plan, channel } = preparation;
  const { id, release, bytes } = await storeRelease(preparation, tools.writer, tools.events);
  if (plan.outcome === 'nothing') return id;
  await tools.beforeCommit?.(release);
  const entry = {
    release: id,
    name: plan.release.name,
    action: 'publish',
    at: instantOf(tools.now),
  } as const;
  const change = {
    releases: plan.outcome === 'release' ? [bytes] : [],
    channels: [appendEntry(channel, plan.channel.name, entry)],
  };
  await commitRevision(tools.writer, planRevision(state, change, tools.signers, config, tools.now));
  return id;
}
