import type { Digest } from './digest.js';
import type { Environment } from './image.js';
import type { LayerId } from './layer.js';
import type { ReleaseId } from './release.js';

/** Paths below the prefix that nodes see. */
export const tree = {
  layers: 'layers',
  releases: 'releases',
  channels: 'channels',
  layer: (id: LayerId) => `layers/${id}`,
  release: (id: ReleaseId) => `releases/${id}`,
  releaseManifest: (id: ReleaseId) => `releases/${id}/release.json`,
  activate: (id: ReleaseId) => `releases/${id}/activate`,
  environmentLink: (id: ReleaseId, environment: Environment, only: boolean) =>
    `releases/${id}/environment${only ? '' : `/${environment.name}`}`,
  project: (environment: Environment) => `layers/${environment.sources}/${environment.project}`,
  /** Folder of Julia's program. */
  bindir: (runtime: LayerId) => `layers/${runtime}/bin`,
  sysimage: (id: LayerId) => `layers/${id}/sys.so`,
  channel: (name: string) => `channels/${name}`,
  hydrator: 'bin/depot-hydrate',
} as const;

/** Paths below a repository's root; the `.depot` part stands in the nodes' tree as well. */
export const repository = {
  data: 'data',
  config: '.depot/repository.json',
  lock: '.depot/lock',
  /** Where files wait that nothing needs any more, until they are deleted. */
  quarantine: '.depot/quarantine',
  listings: '.depot/listings',
  listing: (treeDigest: Digest) => `.depot/listings/${treeDigest}`,
  /** Base of TUF target files. */
  targets: '.depot',
  /** Base of TUF metadata. */
  metadata: '.depot/tuf',
  metadataFile: (role: MetadataRole, version?: number) =>
    `.depot/tuf/${version === undefined ? '' : `${version}.`}${role}.json`,
  /** Where a TUF target file is stored under consistent snapshots: its hash before its name. */
  targetFile: (name: TargetName, hash: Digest) => {
    const cut = name.lastIndexOf('/') + 1;
    return `.depot/${name.slice(0, cut)}${hash}.${name.slice(cut)}`;
  },
} as const;

export type MetadataRole = 'root' | 'targets' | 'snapshot' | 'timestamp';

/** Names of TUF target files, as TUF metadata spells them. */
export type TargetName = `releases/${string}.json` | `channels/${string}.json`;

export const targetName = {
  release: (id: ReleaseId): TargetName => `releases/${id}.json`,
  channel: (channel: string): TargetName => `channels/${channel}.json`,
} as const;

const CHANNEL_TARGET = /^channels\/(.+)\.json$/;
const RELEASE_TARGET = /^releases\/([0-9a-f]{64})\.json$/;

/** The channel that a target file is the history of, if it is one. */
export function channelOfTarget(name: string): string | undefined {
  return CHANNEL_TARGET.exec(name)?.[1];
}

/** The release that a target file is the manifest of, if it is one. */
export function releaseOfTarget(name: string): ReleaseId | undefined {
  return RELEASE_TARGET.exec(name)?.[1] as ReleaseId | undefined;
}
