import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '@depotcast/hydrator/format';
import { TEMPORARY } from '../files/durable-writer.js';
import { isMissing } from '../files/missing.js';

/** Where writers begin their files, whatever folder these end up in. */
const TOP_FOLDERS = ['', repository.data, repository.targets];

/** Removes the temporary files of writers that died. Only for the holder of the repository's lock. */
export async function removeLeftovers(directory: string): Promise<void> {
  for (const folder of TOP_FOLDERS) {
    for (const name of await namesIn(join(directory, folder))) {
      if (name.startsWith(TEMPORARY)) await rm(join(directory, folder, name), { force: true });
    }
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
