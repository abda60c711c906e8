import { readImageTargets, type RecordedTarget } from '@depotcast/hydrator/format';
import { open } from 'node:fs/promises';

/**
 * The targets that a system image or a package image records, for Julia up to 1.13.
 * @param start where the image begins in the file, which may be a tar that holds it
 * @returns undefined where the file is no image of Julia's
 */
export async function readTargets(file: string, start = 0): Promise<RecordedTarget[] | undefined> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    return await readImageTargets({
      size: size - start,
      read: async (position, length) => {
        const room = Math.max(0, Math.min(length, size - start - position));
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(room), 0, room, start + position);
        return buffer.subarray(0, bytesRead);
      },
    });
  } finally {
    await handle.close();
  }
}
