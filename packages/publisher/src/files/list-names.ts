import { readdir } from 'node:fs/promises';
import { isMissing } from './missing.js';

/** Names in a directory; none where there is no such directory. */
export async function listNames(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
