import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { repository } from '@depotcast/hydrator/format';
import { TEMPORARY } from '../files/durable-writer.js';
import { walkFiles } from '../files/walk.js';

/** Removes the temporary files of writers that died. Only for the holder of the repository's lock. */
export async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.startsWith(TEMPORARY)) await rm(join(directory, name), { force: true });
  }
  for (const start of [repository.data, repository.targets]) {
    for await (const path of walkFiles(directory, start)) {
      if (basename(path).startsWith(TEMPORARY)) await rm(join(directory, path), { force: true });
    }
  }
}
