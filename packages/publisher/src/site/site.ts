import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerifiedRelease } from '@depotcast/hydrator';
import {
  type Channel,
  currentEntry,
  type Digest,
  type ReleaseId,
  repository,
} from '@depotcast/hydrator/format';
import { sha256Of } from '../files/sha256.js';
import { walkFiles } from '../files/walk.js';
import type { OpenRepository } from '../repository/open-repository.js';
import { pinsOf } from '../repository/pins.js';
import { MAX_METADATA_BYTES } from '../trust/metadata-file.js';

/** All that the page shows, from verified metadata alone. */
export interface Site {
  readonly name: string;
  readonly prefix: string;
  /** UTC. */
  readonly at: string;
  readonly timestamp: { readonly version: number; readonly expires: string };
  /** SHA-256 of the first root, which `init` printed. */
  readonly rootFingerprint: Digest;
  readonly channels: readonly Channel[];
  /** Newest first, by when a channel first ran them. */
  readonly releases: readonly VerifiedRelease[];
  readonly pins: readonly ReleaseId[];
  /** Bytes of all objects, as stored. */
  readonly storedBytes: number;
}

export async function readSite(
  { directory, trusted, state, config }: OpenRepository,
  now: Date,
): Promise<Site> {
  const channels = await Promise.all(trusted.channels().map((name) => trusted.channel(name)));
  const firstRun = new Map(
    channels.flatMap(({ entries }) => entries.map(({ release, at }) => [release, at] as const).reverse()),
  );
  const releases = await Promise.all(trusted.releases().map((id) => trusted.release(id)));
  const root = await trusted.source.read(repository.metadataFile('root', 1), MAX_METADATA_BYTES);
  const { version, expires } = state.timestamp.signed;
  return {
    ...{ name: config.name, prefix: config.prefix },
    at: now.toISOString(),
    timestamp: { version, expires },
    rootFingerprint: sha256Of(root),
    channels,
    releases: releases.sort((a, b) => ((firstRun.get(a.id) ?? '') < (firstRun.get(b.id) ?? '') ? 1 : -1)),
    pins: pinsOf(state.targets.signed),
    storedBytes: await sizeOfObjects(directory),
  };
}

/** Names of the channels that run a release. */
export function channelsRunning({ channels }: Site, id: ReleaseId): string[] {
  return channels.filter((channel) => currentEntry(channel).release === id).map(({ channel }) => channel);
}

async function sizeOfObjects(directory: string): Promise<number> {
  let bytes = 0;
  for await (const path of walkFiles(directory, repository.data)) {
    bytes += (await stat(join(directory, path))).size;
  }
  return bytes;
}
