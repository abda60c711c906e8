import { lstat } from 'node:fs/promises';

/** When a file was last written, in milliseconds since the epoch; infinite for one that is gone. */
export async function mtimeOf(file: string): Promise<number> {
  try {
    return (await lstat(file)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Infinity;
    throw error;
  }
}
