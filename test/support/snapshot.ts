import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Every path below a folder with what a write would change: size, mode and times. */
export async function snapshot(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = [directory, ...entries.map((entry) => join(entry.parentPath, entry.name))];
  const pairs = paths.map(async (path) => {
    const { size, mode, mtimeMs, ctimeMs } = await lstat(path);
    return [path, [size, mode, mtimeMs, ctimeMs].join(' ')] as const;
  });
  return new Map(await Promise.all(pairs));
}
