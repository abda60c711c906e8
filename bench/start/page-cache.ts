import { writeFile } from 'node:fs/promises';
import { runJob } from '@depotcast/tools/starts';

/** Why files cannot be made to come from the disk here, or false. */
export const cannotDrop = process.getuid?.() === 0 ? false : 'only root may empty the page cache';

/** Empties the kernel's cache of file contents, of all programs. */
export async function dropPageCache(): Promise<void> {
  await runJob(['sync'], process.env);
  await writeFile('/proc/sys/vm/drop_caches', '3');
}
