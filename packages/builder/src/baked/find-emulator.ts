import { type Arch, DepotError } from '@depotcast/hydrator/format';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * Checks for the emulator before hours are spent on what it would try.
 * @throws DepotError `build-failed`
 */
export async function requireEmulator(arch: Arch, path: string | undefined): Promise<void> {
  if ((await findEmulator(arch, path)) !== undefined) return;
  throw new DepotError('build-failed', `no qemu-${arch}-static on the PATH to emulate another CPU with`, {
    hint: 'install qemu-user-static, or leave out --other-cpu and [proof] other-cpu',
  });
}

/** QEMU's emulator of programs, by its full path; undefined where the PATH has none. */
export async function findEmulator(arch: Arch, path: string | undefined): Promise<string | undefined> {
  const names = [`qemu-${arch}-static`, `qemu-${arch}`];
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const file of folders.flatMap((folder) => names.map((name) => join(folder, name)))) {
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return undefined;
}
