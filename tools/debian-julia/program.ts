import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';

/** The first executable `name` on a search path such as PATH, as an absolute path. */
export async function findProgram(name: string, searchPath: string | undefined): Promise<string | undefined> {
  // Relative entries, the empty one among them, would find other programs in other working directories.
  const directories = (searchPath ?? '').split(':').filter((entry) => entry.startsWith('/'));
  for (const directory of directories) {
    const path = join(directory, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
