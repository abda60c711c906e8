import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '@depotcast/hydrator/format';
import { TEMPORARY } from '../files/durable-writer.js';
import { listNames } from '../files/list-names.js';

/** Where writers begin their files, whatever folder these end up in. */
const TOP_FOLDERS = ['', repository.data, repository.targets];

/** Removes the temporary files of writers that died. Only for the holder of the repository's lock. */
export async function removeLeftovers(directory: string): Promise<void> {
  for (const folder of TOP_FOLDERS) {
    for (const name of await listNames(join(directory, folder))) {
      if (name.startsWith(TEMPORARY)) await rm(join(directory, folder, name), { force: true });
    }
  }
}
