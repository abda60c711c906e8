import type { TrustedRepository } from '@depotcast/hydrator';
import { currentEntry, type Release, type ReleaseId } from '@depotcast/hydrator/format';

export interface ChannelSummary {
  readonly channel: string;
  readonly revision: number;
  readonly release: ReleaseId;
  readonly name: string;
  /** When the channel moved there; UTC. */
  readonly at: string;
}

export interface ReleaseSummary {
  readonly id: ReleaseId;
  readonly name: string;
  readonly environment: string;
  readonly targets: readonly string[];
  readonly layers: number;
  /** Of all layers, once unpacked. */
  readonly bytes: number;
}

/** Where each channel stands, by name. */
export async function summariseChannels(trusted: TrustedRepository): Promise<ChannelSummary[]> {
  const channels = await Promise.all(trusted.channels().map((name) => trusted.channel(name)));
  return channels.map((channel) => {
    const { revision, release, name, at } = currentEntry(channel);
    return { channel: channel.channel, revision, release, name, at };
  });
}

/** Every release, by name. */
export async function summariseReleases(trusted: TrustedRepository): Promise<ReleaseSummary[]> {
  const releases = await Promise.all(trusted.releases().map((id) => trusted.release(id)));
  const summaries = releases.map(({ id, release }) => summariseRelease(id, release));
  return summaries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function summariseRelease(id: ReleaseId, release: Release): ReleaseSummary {
  return {
    id,
    name: release.name,
    environment: `${release.environment.name} ${release.environment.version}`,
    targets: [...new Set(release.images.map(({ target }) => target))],
    layers: release.layers.length,
    bytes: release.layers.reduce((sum, layer) => sum + layer.bytes, 0),
  };
}
