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

/**
 * The next version of `root`: the same keys, a later expiry.
 * @throws DepotError `usage` when too few of `keys` are root keys of it
 */
export function renewedRoot(root: Root, keys: readonly SigningKey[], expires: string): Root {
  const role = root.roles['root'];
  const known = keys.filter(({ id }) => role?.keyIDs.includes(id));
  const threshold = role?.threshold ?? 1;
  if (known.length < threshold) {
    throw new DepotError('usage', `expected ${threshold} root keys of this repository, got ${known.length}`, {
      hint: 'gather the root keys in one directory and name it with --root-keys-dir',
    });
  }
  const { specVersion, version, keys: listed, roles, consistentSnapshot, unrecognizedFields } = root;
  return new Root({
    ...{ specVersion, keys: listed, roles, consistentSnapshot, unrecognizedFields },
    ...{ version: version + 1, expires },
  });
}
