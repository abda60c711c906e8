import { repository } from '@depotcast/hydrator/format';
import type { Root } from '@tufjs/models';
import type { DurableWriter } from '../files/durable-writer.js';
import { commitRevision } from '../repository/commit.js';
import type { OpenRepository } from '../repository/open-repository.js';
import {
  adoptNextKey,
  createRootKeys,
  nextRoleKey,
  type OnlineRole,
  readRoleKey,
  readRootKeys,
} from '../trust/key-directory.js';
import { planRevision, type RepositoryFile, type Signers } from '../trust/plan-revision.js';
import { rootSigners, rootWith } from '../trust/root.js';
import { expiryAfter, signMetadata } from '../trust/sign-metadata.js';
import type { SigningKey } from '../trust/signing-key.js';

type Opened = Pick<OpenRepository, 'state' | 'config'>;

export interface RotateRequest {
  readonly keys: string;
  readonly rootKeys: string;
  readonly now: Date;
}

/**
 * Gives roles new keys. Root metadata first names both keys of a role, then everything is signed by the new one, then the
 * old one is struck out: at every moment readers find signatures that count, and a rotation that was cut short goes on.
 * @returns the newest root
 * @throws DepotError `usage` or `not-found` for root keys that are too few, or other keys that are needed and missing
 */
export async function rotateRoles(
  opened: Opened,
  roles: readonly OnlineRole[],
  { keys, rootKeys, now }: RotateRequest,
  writer: DurableWriter,
): Promise<Buffer> {
  const { state, config } = opened;
  const signers = rootSigners(state.root.signed, await readRootKeys(rootKeys));
  const next = new Map<OnlineRole, SigningKey>();
  for (const role of roles) next.set(role, await nextRoleKey(keys, role));
  const added = [...next.values()];
  const expires = expiryAfter(now, config.days.root);
  const online = await onlineSigners(keys, next);

  const before = (role: OnlineRole) => state.root.signed.roles[role]?.keyIDs ?? [];
  const holders = (of: (role: OnlineRole, key: SigningKey) => readonly string[]) =>
    Object.fromEntries(
      [...next].map(([role, key]) => [role, { keyIds: of(role, key), threshold: 1 }] as const),
    );
  const both = rootWith(
    state.root.signed,
    holders((role, key) => [...new Set([...before(role), key.id])]),
    added,
    expires,
  );
  await commitRevision(writer, [fileOf(both, signers)]);
  await commitRevision(writer, planRevision(state, {}, online, config, now));
  for (const role of roles) await adoptNextKey(keys, role);
  const last = fileOf(
    rootWith(
      both,
      holders((_, key) => [key.id]),
      added,
      expires,
    ),
    signers,
  );
  await commitRevision(writer, [last]);
  return last.bytes;
}

export interface NewRootKeys {
  /** Where they are put. */
  readonly directory: string;
  readonly count: number;
  readonly threshold: number;
}

/**
 * Replaces the root keys. The new root is signed by the old ones and the new ones, so that every reader can follow.
 * @returns the new root
 */
export async function rotateRoot(
  { state, config }: Opened,
  { directory, count, threshold }: NewRootKeys,
  { rootKeys, now }: RotateRequest,
  writer: DurableWriter,
): Promise<Buffer> {
  const old = rootSigners(state.root.signed, await readRootKeys(rootKeys));
  const added = await createRootKeys(directory, count);
  const holder = { keyIds: added.map(({ id }) => id), threshold };
  const root = rootWith(state.root.signed, { root: holder }, added, expiryAfter(now, config.days.root));
  const file = fileOf(root, [...old, ...added]);
  await commitRevision(writer, [file]);
  return file.bytes;
}

function fileOf(root: Root, signers: readonly SigningKey[]): RepositoryFile {
  return { path: repository.metadataFile('root', root.version), bytes: signMetadata(root, signers) };
}

/** What has a new key is signed anew, and whatever names it. */
async function onlineSigners(keys: string, next: ReadonlyMap<OnlineRole, SigningKey>): Promise<Signers> {
  const read = async (role: OnlineRole) => next.get(role) ?? (await readRoleKey(keys, role));
  const timestamp = await read('timestamp');
  if (!next.has('snapshot') && !next.has('targets')) return { timestamp };
  const snapshot = await read('snapshot');
  if (!next.has('targets')) return { timestamp, snapshot };
  return { timestamp, snapshot, targets: await read('targets') };
}
