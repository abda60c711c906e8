import { access, constants } from 'node:fs/promises';

/** Whether a path can be accessed in the given way; whatever stands in the way counts as no. */
export async function isPresent(path: string, mode = constants.F_OK): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
