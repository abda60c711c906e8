import { stat } from 'node:fs/promises';
import { DepotError } from '../format/index.js';

/**
 * Whether only root or this user can change what stands in a directory.
 * @throws DepotError `unreachable`, also for one that is not there
 */
export async function isOwn(path: string): Promise<boolean> {
  try {
    const { uid, mode } = await stat(path);
    return (uid === 0 || uid === process.getuid?.()) && (mode & 0o022) === 0;
  } catch (cause) {
    throw new DepotError(
      'unreachable',
      `${path}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? ''})`,
      {
        cause,
      },
    );
  }
}

/**
 * What is kept between jobs is not verified again at each start, so nobody else may be able to write there.
 * @throws DepotError `storage`
 */
export async function requireOwn(path: string): Promise<void> {
  if (await isOwn(path)) return;
  throw new DepotError('storage', `${path}: can be written by other users`, {
    hint: 'what is kept there could be swapped: make it yours with mode 0755, or name another folder',
  });
}
