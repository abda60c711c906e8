import { DepotError } from '@depotcast/hydrator/format';
import { access, constants } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';

export interface LinkRequest {
  readonly linker: readonly string[];
  /** What Julia wrote: an object file, from 1.9 on an archive of them. */
  readonly object: string;
  readonly output: string;
  readonly libraries: readonly string[];
}

const LINKER_NAME = /(?:^|-)ld(?:\.[a-z]+)?$/;

/** The command that makes a system image of an object file; compiler drivers hand options on to the linker by `-Wl`. */
export function linkCommand({ linker, object, output, libraries }: LinkRequest): string[] {
  const isLinker = LINKER_NAME.test(basename(linker.at(-1) ?? ''));
  const option = (name: string) => (isLinker ? name : `-Wl,${name}`);
  return [
    ...linker,
    '-shared',
    '-o',
    output,
    option('--whole-archive'),
    object,
    option('--no-whole-archive'),
    ...libraries,
  ];
}

/**
 * Checks for the linker before hours are spent on what it would link.
 * @throws DepotError `build-failed`
 */
export async function requireLinker(linker: readonly string[], path: string | undefined): Promise<void> {
  const [program = ''] = linker;
  const candidates = program.includes('/')
    ? [program]
    : (path ?? '').split(delimiter).map((folder) => join(folder, program));
  for (const candidate of candidates) {
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return;
  }
  throw new DepotError('build-failed', `no program '${program}' to link system images with`, {
    hint: 'apt-get install gcc, or name a compiler or linker with [julia] linker or --linker',
  });
}
