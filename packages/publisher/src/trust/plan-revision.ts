import {
  type Channel,
  type Digest,
  digestOf,
  type ReleaseId,
  releaseIdOf,
  renderJson,
  repository,
  targetName,
  type TargetName,
} from '@depotcast/hydrator/format';
import { Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import { CONFIG_FIELD, type RepositoryConfig } from '../repository/config.js';
import { PINS_FIELD } from '../repository/pins.js';
import { expiryAfter, metaFileOf, signMetadata } from './sign-metadata.js';
import type { SignedState } from './signed-state.js';
import type { SigningKey } from './signing-key.js';
import { SPEC_VERSION } from './spec-version.js';

/** What a revision changes in a repository. */
export interface Change {
  /** Exact bytes of new release manifests. */
  readonly releases?: readonly Buffer[];
  /** Channels with their new history. */
  readonly channels?: readonly Channel[];
  /** Releases that are no longer published. Histories go on naming them. */
  readonly retired?: readonly ReleaseId[];
  /** All pins there are from now on. */
  readonly pins?: readonly ReleaseId[];
}

/** The roles to sign anew are those that a key is given for; each needs the ones that follow it. */
export type Signers =
  | { readonly timestamp: SigningKey }
  | { readonly timestamp: SigningKey; readonly snapshot: SigningKey }
  | Readonly<Record<'timestamp' | 'snapshot' | 'targets', SigningKey>>;

export interface RepositoryFile {
  /** Below the repository. */
  readonly path: string;
  readonly bytes: Buffer;
}

type Versions = Pick<SignedState, 'targets' | 'snapshot' | 'timestamp'>;

/**
 * The files of a repository's next revision, in the order in which they must be written; the last one, the timestamp,
 * is what brings the revision into force.
 * @param previous the metadata in force; undefined for the first revision, which needs all signers
 */
export function planRevision(
  previous: Versions | undefined,
  change: Change,
  signers: Signers,
  config: RepositoryConfig,
  now: Date,
): RepositoryFile[] {
  const files = changedFiles(change);
  const add = (path: string, bytes: Buffer) => files.push({ path, bytes });
  const common = (role: 'targets' | 'snapshot' | 'timestamp') => ({
    specVersion: SPEC_VERSION,
    version: (previous?.[role].signed.version ?? 0) + 1,
    expires: expiryAfter(now, config.days[role]),
  });

  let targetsMeta = previous?.snapshot.signed.meta['targets.json'];
  if ('targets' in signers) {
    const targets = new Targets({
      ...common('targets'),
      targets: nextTargets(previous?.targets.signed.targets, change),
      unrecognizedFields: {
        ...previous?.targets.signed.unrecognizedFields,
        [CONFIG_FIELD]: config,
        ...(change.pins && { [PINS_FIELD]: [...change.pins] }),
      },
    });
    const bytes = signMetadata(targets, [signers.targets]);
    add(repository.metadataFile('targets', targets.version), bytes);
    targetsMeta = metaFileOf(bytes, targets.version);
  }
  let snapshotMeta = previous?.timestamp.signed.snapshotMeta;
  if ('snapshot' in signers && targetsMeta !== undefined) {
    const snapshot = new Snapshot({ ...common('snapshot'), meta: { 'targets.json': targetsMeta } });
    const bytes = signMetadata(snapshot, [signers.snapshot]);
    add(repository.metadataFile('snapshot', snapshot.version), bytes);
    snapshotMeta = metaFileOf(bytes, snapshot.version);
  }
  const timestamp = new Timestamp({ ...common('timestamp'), ...(snapshotMeta && { snapshotMeta }) });
  add(repository.metadataFile('timestamp'), signMetadata(timestamp, [signers.timestamp]));
  return files;
}

interface ChangedTarget {
  readonly name: TargetName;
  readonly sha256: Digest;
  readonly bytes: Buffer;
}

function changedFiles(change: Change): RepositoryFile[] {
  return listTargets(change).map(({ name, sha256, bytes }) => ({
    path: repository.targetFile(name, sha256),
    bytes,
  }));
}

function nextTargets(
  previous: Readonly<Record<string, TargetFile>> | undefined,
  change: Change,
): Record<string, TargetFile> {
  const retired = new Set<string>(change.retired?.map(targetName.release));
  const kept = Object.entries(previous ?? {}).filter(([name]) => !retired.has(name));
  const changed = listTargets(change).map(
    ({ name, sha256, bytes }) =>
      [name, new TargetFile({ path: name, length: bytes.length, hashes: { sha256 } })] as const,
  );
  return Object.fromEntries([...kept, ...changed]);
}

/** Releases before the channels that name them. */
function listTargets({ releases = [], channels = [] }: Change): ChangedTarget[] {
  return [
    ...releases.map((bytes) => {
      const id = releaseIdOf(bytes);
      return { name: targetName.release(id), sha256: id, bytes };
    }),
    ...channels.map((channel) => {
      const bytes = Buffer.from(renderJson(channel));
      return { name: targetName.channel(channel.channel), sha256: digestOf(bytes), bytes };
    }),
  ];
}
