import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetadataRole } from '@depotcast/hydrator/format';
import { DepotError } from '@depotcast/hydrator/format';
import { DurableWriter } from '../files/durable-writer.js';
import { exists } from '../files/exists.js';
import { listNames } from '../files/list-names.js';
import { createKeyFile, readKeyFile } from './key-file.js';
import { SEED_BYTES, type SigningKey } from './signing-key.js';

/** Roles that sign at every publish or refresh; root signs only now and then, from elsewhere. */
export type OnlineRole = Exclude<MetadataRole, 'root'>;

const ROOT_KEY = /^root-\d+\.key$/;

/** The root metadata that nodes are to trust: public, beside the secret keys. */
export const ROOT_COPY = 'root.json';

export async function readRoleKey(directory: string, role: OnlineRole): Promise<SigningKey> {
  return readKeyFile(join(directory, `${role}.key`));
}

/** The keys that a change of content takes. */
export async function readSigners(directory: string): Promise<Record<OnlineRole, SigningKey>> {
  const [targets, snapshot, timestamp] = await Promise.all([
    readRoleKey(directory, 'targets'),
    readRoleKey(directory, 'snapshot'),
    readRoleKey(directory, 'timestamp'),
  ]);
  return { targets, snapshot, timestamp };
}

/** Every root key in `directory`. @throws DepotError `not-found` when there is none */
export async function readRootKeys(directory: string): Promise<SigningKey[]> {
  const names = (await listNames(directory)).filter((name) => ROOT_KEY.test(name)).sort();
  if (names.length === 0) {
    throw new DepotError('not-found', `${directory}: no root key root-<n>.key`, {
      hint: 'name the directory of the root keys with --root-keys-dir',
    });
  }
  return Promise.all(names.map((name) => readKeyFile(join(directory, name))));
}

export async function createRoleKey(directory: string, role: OnlineRole): Promise<SigningKey> {
  return createKey(directory, role);
}

/**
 * The key that is to follow a role's key; the one that an interrupted rotation made already, if there is one. It takes
 * the place of the old one with {@link adoptNextKey}.
 */
export async function nextRoleKey(directory: string, role: OnlineRole): Promise<SigningKey> {
  const file = join(directory, `${role}.next.key`);
  return (await exists(file)) ? readKeyFile(file) : createKey(directory, `${role}.next`);
}

export async function adoptNextKey(directory: string, role: OnlineRole): Promise<void> {
  const writer = new DurableWriter(directory);
  await writer.move(`${role}.next.key`, `${role}.key`);
  await writer.sync();
}

export async function createRootKeys(directory: string, count: number): Promise<SigningKey[]> {
  const keys: SigningKey[] = [];
  for (let index = 1; index <= count; index++) keys.push(await createKey(directory, `root-${index}`));
  return keys;
}

async function createKey(directory: string, name: string): Promise<SigningKey> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return createKeyFile(join(directory, `${name}.key`), randomBytes(SEED_BYTES));
}
