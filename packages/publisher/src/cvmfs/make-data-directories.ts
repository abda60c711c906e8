import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '@depotcast/hydrator/format';

/** Makes a folder for every beginning of an object's hash: CernVM-FS' own tools write into them, but make none. */
export async function makeDataDirectories(root: string): Promise<void> {
  for (let first = 0; first < 256; first++) {
    await mkdir(join(root, repository.data, first.toString(16).padStart(2, '0')), { recursive: true });
  }
}
