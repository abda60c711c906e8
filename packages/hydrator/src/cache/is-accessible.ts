import { access } from 'node:fs/promises';

/** Whether a path can be accessed in the given way (`fs.constants`); whatever stands in the way counts as no. */
export async function isAccessible(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
