import { readFile } from 'node:fs/promises';

/** A file's text; undefined where there is no such file. */
export async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (ABSENT.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** No such file, something other than a folder above it, or a folder of that name. */
const ABSENT = ['ENOENT', 'ENOTDIR', 'EISDIR'];
