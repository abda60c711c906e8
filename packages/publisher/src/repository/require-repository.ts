import { join } from 'node:path';
import { DepotError } from '@depotcast/hydrator/format';
import { exists } from '../files/exists.js';

/** @throws DepotError `not-found` unless `path`, which every repository has, is there */
export async function requireRepository(directory: string, path: string): Promise<void> {
  if (await exists(join(directory, path))) return;
  throw new DepotError('not-found', `${directory}: not a repository`, {
    hint: `create one with 'depot-publish init ${directory} --name FQRN --prefix PATH'`,
  });
}
