import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DepotError } from '../format/index.js';

/**
 * Writes a small file so that readers see the old content or the new, never half of one, however many write at once.
 * @throws DepotError `storage`
 */
export async function replaceFile(path: string, content: string, mode: 0o600 | 0o644): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: mode === 0o600 ? 0o700 : 0o755 });
    await writeFile(temporary, content, { mode });
    await rename(temporary, path);
  } catch (cause) {
    // Whatever went wrong, the first error is the one to tell.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new DepotError('storage', `${path}: cannot be written: ${(cause as Error).message}`, { cause });
  }
}
