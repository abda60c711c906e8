import { readFile, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { DepotError, type ProjectFiles } from '../format/index.js';

/** The file system that projects stand in; `unreachable` for what may not be read. */
export const projectFiles: ProjectFiles = {
  read: async (file) => unlessAbsent(file, readFile(file, 'utf8')),
  realFolder: async (folder) => {
    const isFolder = (await unlessAbsent(folder, stat(folder)))?.isDirectory() ?? false;
    return isFolder ? realpath(folder) : undefined;
  },
  resolve,
  home: homedir(),
};

const ABSENT = ['ENOENT', 'ENOTDIR', 'EISDIR'];

async function unlessAbsent<T>(path: string, found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (ABSENT.includes(code)) return undefined;
    throw new DepotError('unreachable', `${path}: cannot be read (${code})`, { cause });
  }
}
