import { stat } from 'node:fs/promises';
import { DepotError } from '../format/index.js';

/**
 * Whether something stands at a path.
 * @throws DepotError `unreachable` where that cannot be told, as for a folder that may not be read
 */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw new DepotError('unreachable', `${path}: cannot be read (${code})`, { cause });
  }
}
