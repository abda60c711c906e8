import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkImage, type ImageOrder } from './check-image.js';

/**
 * Checks every package image below a folder.
 * @returns their number
 * @throws DepotError `build-failed`
 */
export async function checkCaches(folder: string, order: ImageOrder): Promise<number> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.so')).sort();
  for (const name of names) await checkImage(join(folder, name), order);
  return names.length;
}
