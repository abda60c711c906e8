import { join } from 'node:path';
import { type LockOptions, withLockFile } from '@depotcast/hydrator';
import { repository } from '@depotcast/hydrator/format';
import { requireRepository } from './require-repository.js';

/**
 * Runs `action` while this process alone may write the repository. A lock whose holder has ended on this host is taken
 * over.
 * @throws DepotError `locked`, naming the holder and the remedy; `not-found` where there is no repository
 */
export async function withLock<T>(
  directory: string,
  action: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  await requireRepository(directory, repository.targets);
  return withLockFile(join(directory, repository.lock), action, options);
}
