import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './missing.js';

/** Paths of all files and links below `root/start`, relative to `root`, sorted within each directory; none if missing. */
export async function* walkFiles(root: string, start: string): AsyncGenerator<string> {
  for (const entry of await readEntries(join(root, start))) {
    const path = `${start}/${entry.name}`;
    if (entry.isDirectory()) yield* walkFiles(root, path);
    else yield path;
  }
}

async function readEntries(directory: string) {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
