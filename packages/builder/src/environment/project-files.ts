import type { ProjectFiles } from '@depotcast/hydrator/format';
import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { readIfPresent } from '../store/read-if-present.js';

/** The file system that projects stand in. */
export const projectFiles: ProjectFiles = {
  read: readIfPresent,
  realFolder: async (folder) => ((await isFolder(folder)) ? realpath(folder) : undefined),
  resolve,
  home: homedir(),
};

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
