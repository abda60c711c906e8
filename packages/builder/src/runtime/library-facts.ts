import { ElfFile } from '@depotcast/hydrator/format';
import { open } from 'node:fs/promises';

/** What a program or a library asks of the dynamic linker; `man 8 ld.so`. */
export interface LibraryFacts {
  readonly needed: readonly string[];
  /** The name that others ask for it by; programs have none. */
  readonly name: string | undefined;
  /** Folders to search for them, `$ORIGIN` in them the file's own. */
  readonly searched: readonly string[];
  /** Versions of symbols, such as `GLIBC_2.17`. */
  readonly versions: readonly string[];
}

/** @returns undefined where the file is no ELF file */
export async function readLibraryFacts(file: string): Promise<LibraryFacts | undefined> {
  const handle = await open(file);
  try {
    const elf = await ElfFile.open(async (position, length) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    });
    if (elf === undefined) return undefined;
    const paths = [...(await elf.dynamicTexts('rpath')), ...(await elf.dynamicTexts('runpath'))];
    return {
      needed: await elf.dynamicTexts('needed'),
      name: (await elf.dynamicTexts('soname'))[0],
      searched: paths.flatMap((path) => path.split(':')).filter((path) => path !== ''),
      versions: await elf.versionsNeeded(),
    };
  } finally {
    await handle.close();
  }
}
