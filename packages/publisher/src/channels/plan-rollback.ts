import { appendEntry, type Channel, currentEntry, type ReleaseId } from '@depotcast/hydrator/format';
import { resolveRelease } from './resolve-release.js';
import { instantOf } from '../trust/instant.js';

export interface RollbackPlan {
  /** The history with the rollback appended; undefined when the channel runs that release already. */
  readonly channel: Channel | undefined;
  readonly release: ReleaseId;
  readonly name: string;
  /** What the channel ran before. */
  readonly previous: ReleaseId;
}

/**
 * Decides what makes a channel run an earlier release of its history again. Nothing is deleted: the history grows.
 * @param prefix of the release's hash
 * @throws DepotError as {@link resolveRelease} does, of the channel's own releases
 */
export function planRollback(channel: Channel, prefix: string, now: Date): RollbackPlan {
  const candidates = channel.entries.map(({ release, name }) => ({ id: release, name })).reverse();
  const { id: release, name } = resolveRelease(prefix, candidates);
  const previous = currentEntry(channel).release;
  const entry = { release, name, action: 'rollback', at: instantOf(now) } as const;
  return {
    channel: release === previous ? undefined : appendEntry(channel, channel.channel, entry),
    ...{ release, name, previous },
  };
}
