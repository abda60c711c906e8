import { rename, writeFile } from 'node:fs/promises';

/** Writes a file so that its name never stands for half of it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
