import { DepotError, type MetadataRole } from '@depotcast/hydrator/format';
import { Root } from '@tufjs/models';
import type { OnlineRole } from './key-directory.js';
import { publicKeyOf, type SigningKey } from './signing-key.js';
import { SPEC_VERSION } from './spec-version.js';

export interface RootKeys {
  readonly root: readonly SigningKey[];
  /** How many root keys must sign a root. */
  readonly threshold: number;
  readonly online: Readonly<Record<OnlineRole, SigningKey>>;
}

/** Version 1 of a root: which keys sign for which role. @throws DepotError `usage` for an impossible threshold */
export function firstRoot({ root, threshold, online }: RootKeys, expires: string): Root {
  if (threshold < 1 || threshold > root.length) {
    throw new DepotError('usage', `expected a threshold from 1 to ${root.length}, got ${threshold}`);
  }
  const keys = [...root, ...Object.values(online)];
  const role = (signers: readonly SigningKey[], needed: number) => ({
    keyids: signers.map(({ id }) => id),
    threshold: needed,
  });
  const roles: Record<MetadataRole, ReturnType<typeof role>> = {
    root: role(root, threshold),
    targets: role([online.targets], 1),
    snapshot: role([online.snapshot], 1),
    timestamp: role([online.timestamp], 1),
  };
  return Root.fromJSON({
    _type: 'root',
    spec_version: SPEC_VERSION,
    version: 1,
    expires,
    keys: Object.fromEntries(keys.map((key) => [key.id, publicKeyOf(key)])),
    roles,
    consistent_snapshot: true,
  });
}

/** The next version of `root`: the same keys, a later expiry. */
export function renewedRoot(root: Root, expires: string): Root {
  const { specVersion, version, keys, roles, consistentSnapshot, unrecognizedFields } = root;
  return new Root({
    ...{ specVersion, keys, roles, consistentSnapshot, unrecognizedFields },
    ...{ version: version + 1, expires },
  });
}

/** Keys that take a role over; those that had it before lose it. */
export interface NewHolder {
  readonly keyIds: readonly string[];
  readonly threshold: number;
}

/**
 * The next version of `root` with other keys for some roles. Keys that no role is left to are dropped.
 * @param added keys that `root` does not know
 */
export function rootWith(
  root: Root,
  holders: Readonly<Partial<Record<MetadataRole, NewHolder>>>,
  added: readonly SigningKey[],
  expires: string,
): Root {
  const json = renewedRoot(root, expires).toJSON() as unknown as RootJson;
  for (const [role, { keyIds, threshold }] of Object.entries(holders)) {
    json.roles[role] = { keyids: [...keyIds], threshold };
  }
  const known = { ...json.keys, ...Object.fromEntries(added.map((key) => [key.id, publicKeyOf(key)])) };
  const used = new Set(Object.values(json.roles).flatMap(({ keyids }) => keyids));
  json.keys = Object.fromEntries(Object.entries(known).filter(([id]) => used.has(id)));
  return Root.fromJSON(json as unknown as Parameters<typeof Root.fromJSON>[0]);
}

interface RootJson {
  keys: Record<string, unknown>;
  readonly roles: Record<string, { readonly keyids: readonly string[]; readonly threshold: number }>;
}

/** Those of `keys` that are root keys. @throws DepotError `usage` when they are too few to sign a root */
export function rootSigners(root: Root, keys: readonly SigningKey[]): SigningKey[] {
  const role = root.roles['root'];
  const signers = keys.filter(({ id }) => role?.keyIDs.includes(id));
  const threshold = role?.threshold ?? 1;
  if (signers.length >= threshold) return signers;
  throw new DepotError('usage', `expected ${threshold} root keys of this repository, got ${signers.length}`, {
    hint: 'gather the root keys in one directory and name it with --root-keys-dir',
  });
}
