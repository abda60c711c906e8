import { type Channel, currentEntry, DepotError, type ReleaseId } from '@depotcast/hydrator/format';
import type { NamedRelease } from './resolve-release.js';

/** What keeps releases from being retired. */
export interface Claims {
  readonly channels: readonly Channel[];
  readonly pins: readonly ReleaseId[];
}

/**
 * Checks that nobody needs `releases` any more: none of them runs in a channel or is pinned.
 * @throws DepotError `usage`, with every claim and how to give it up
 */
export function refuseClaimed(releases: readonly NamedRelease[], { channels, pins }: Claims): void {
  const claims = releases.flatMap(({ id, name }) => [
    ...channels
      .filter((channel) => currentEntry(channel).release === id)
      .map(({ channel }) => `${name} runs in channel ${channel}`),
    ...(pins.includes(id) ? [`${name} is pinned`] : []),
  ]);
  if (claims.length === 0) return;
  throw new DepotError('usage', claims.join('; '), {
    hint: "move the channel to another release, or 'depot-publish unpin', first",
  });
}

export interface Retention {
  /** Newest entries of each channel whose releases are kept. */
  readonly keepHistory?: number | undefined;
  /** Days; what a channel has run within them is kept. */
  readonly keepDays?: number | undefined;
  readonly now: Date;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * The releases that a retention no longer keeps. What runs in a channel or is pinned is always kept, and so is what one
 * of two limits keeps.
 */
export function outdatedReleases<T extends NamedRelease>(
  releases: readonly T[],
  { channels, pins }: Claims,
  retention: Retention,
): T[] {
  const kept = new Set<ReleaseId>([...pins, ...channels.flatMap((channel) => keptOf(channel, retention))]);
  return releases.filter(({ id }) => !kept.has(id));
}

function keptOf({ entries }: Channel, { keepHistory = 0, keepDays = 0, now }: Retention): ReleaseId[] {
  const since = now.getTime() - keepDays * DAY;
  const newest = Math.min(entries.length - keepHistory, entries.length - 1);
  return entries
    .filter((_, index) => {
      const next = entries[index + 1];
      return index >= newest || next === undefined || new Date(next.at).getTime() > since;
    })
    .map(({ release }) => release);
}
