import { type MetadataRole, renderJson, repository } from '@depotcast/hydrator/format';
import type { DurableWriter } from '../files/durable-writer.js';
import { commitRevision } from '../repository/commit.js';
import { checkConfig, type RepositoryConfig } from '../repository/config.js';
import type { OpenRepository } from '../repository/open-repository.js';
import { readRoleKey, readRootKeys } from '../trust/key-directory.js';
import { planRevision, type RepositoryFile, type Signers } from '../trust/plan-revision.js';
import { renewedRoot, rootSigners } from '../trust/root.js';
import { expiryAfter, signMetadata } from '../trust/sign-metadata.js';
import { validityOf } from '../trust/validity.js';

export interface RefreshRequest {
  readonly keys: string;
  /** Where the root keys are, when the root is to be renewed. */
  readonly rootKeys?: string | undefined;
  /** Validity from now on; the repository's own unless given. */
  readonly days?: Partial<RepositoryConfig['days']>;
  readonly now: Date;
}

type Opened = Pick<OpenRepository, 'state' | 'config'>;

/**
 * Signs the timestamp anew, and the snapshot and targets when less than a third of their time is left or the validity
 * changes; the root when its keys are given.
 * @returns the roles that were signed
 */
export async function refresh(
  opened: Opened,
  request: RefreshRequest,
  writer: DurableWriter,
): Promise<{ readonly signed: readonly MetadataRole[]; readonly root: Buffer | undefined }> {
  const config = checkConfig({ ...opened.config, days: { ...opened.config.days, ...request.days } });
  const root = await renewRoot(opened, config, request);
  const signers = await chooseSigners(opened, config, request);
  const files = planRevision(opened.state, {}, signers, config, request.now);
  await commitRevision(writer, [...root, ...files]);
  await writer.write(repository.config, renderJson(config));
  await writer.sync();
  const signed = Object.keys(signers) as MetadataRole[];
  return { signed: root.length === 0 ? signed : ['root', ...signed], root: root[0]?.bytes };
}

async function renewRoot(
  { state }: Opened,
  { days }: RepositoryConfig,
  { rootKeys, now }: RefreshRequest,
): Promise<RepositoryFile[]> {
  if (rootKeys === undefined) return [];
  const signers = rootSigners(state.root.signed, await readRootKeys(rootKeys));
  const root = renewedRoot(state.root.signed, expiryAfter(now, days.root));
  return [{ path: repository.metadataFile('root', root.version), bytes: signMetadata(root, signers) }];
}

/** The keys that are not needed are not read: a timer that only renews the timestamp needs no release key. */
async function chooseSigners(
  { state, config: old }: Opened,
  config: RepositoryConfig,
  { keys, now }: RefreshRequest,
): Promise<Signers> {
  const validity = validityOf(state, old.days, now);
  const timestamp = await readRoleKey(keys, 'timestamp');
  const needsTargets = validity.targets.due || renderJson(config) !== renderJson(old);
  if (!needsTargets && !validity.snapshot.due) return { timestamp };
  const snapshot = await readRoleKey(keys, 'snapshot');
  if (!needsTargets) return { timestamp, snapshot };
  return { timestamp, snapshot, targets: await readRoleKey(keys, 'targets') };
}
