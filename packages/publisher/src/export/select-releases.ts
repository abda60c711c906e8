import type { TrustedRepository, VerifiedRelease } from '@depotcast/hydrator';
import { currentEntry, type ReleaseId } from '@depotcast/hydrator/format';
import { findRelease } from '../channels/find-release.js';

export interface ExportLimits {
  /** Only these channels, with their current releases. */
  readonly channels?: readonly string[] | undefined;
  /** Only these releases, by name or hash. */
  readonly releases?: readonly string[] | undefined;
}

export interface Selection {
  readonly channels: readonly { readonly name: string; readonly release: ReleaseId }[];
  readonly releases: readonly VerifiedRelease[];
}

/**
 * What to export: everything, or what the limits name.
 * @throws DepotError `not-found` or `usage` for a channel or release that is none
 */
export async function selectReleases(
  trusted: TrustedRepository,
  { channels, releases }: ExportLimits,
): Promise<Selection> {
  const isLimited = channels !== undefined || releases !== undefined;
  const heads = await readHeads(trusted, channels ?? (isLimited ? [] : trusted.channels()));
  const named = await Promise.all((releases ?? []).map((word) => findRelease(trusted, word)));
  const ids = isLimited
    ? [...heads.map(({ release }) => release), ...named.map(({ id }) => id)]
    : trusted.releases();
  return { channels: heads, releases: await Promise.all([...new Set(ids)].map((id) => trusted.release(id))) };
}

async function readHeads(
  trusted: TrustedRepository,
  names: readonly string[],
): Promise<Selection['channels']> {
  const channels = await Promise.all(names.map((name) => trusted.channel(name)));
  return channels.map((channel) => ({ name: channel.channel, release: currentEntry(channel).release }));
}
