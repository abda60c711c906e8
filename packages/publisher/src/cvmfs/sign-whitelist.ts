import type { DurableWriter } from '../files/durable-writer.js';
import type { RepositoryConfig } from '../repository/config.js';
import type { OpenNamespace } from './open-namespace.js';
import { WHITELIST_FILE } from './read/whitelist.js';
import { signWithMasterKey } from './write/signed-text.js';
import { renderWhitelist } from './write/whitelist.js';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Signs the whitelist for as many days as the timestamp: both say that someone still looks after the repository.
 * @returns whether it was signed, which takes the master key
 */
export async function signWhitelist(
  { key, master }: OpenNamespace,
  { name, days }: RepositoryConfig,
  writer: DurableWriter,
  now: Date,
): Promise<boolean> {
  if (master === undefined) return false;
  const expires = new Date(now.getTime() + days.timestamp * DAY);
  const certificates = [key.certificate];
  await writer.write(
    WHITELIST_FILE,
    renderWhitelist({ name, issued: now, expires, certificates }, signWithMasterKey(master)),
  );
  return true;
}
