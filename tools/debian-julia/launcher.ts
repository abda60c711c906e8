/** A script in `<root>/usr/bin` that starts a program beside it. */
export interface Launcher {
  /** File name of the program. */
  readonly program: string;
  readonly triplet: string;
  /** A directory below the library directory with names of the program's own, such as `libgmp.so`. */
  readonly privateLibraries?: string;
}

/**
 * Finds its own place at each start: it keeps working when the tree is moved, from any directory and through links.
 *
 * The machine's libraries come before the tree's: a later version of a library serves programs made for an earlier one,
 * and programs that the started one starts inherit the path; curl does not start on a libnghttp2 older than its own.
 */
export function renderLauncher({ program, triplet, privateLibraries }: Launcher): string {
  const own = `$usr/lib/${triplet}`;
  const first = privateLibraries === undefined ? [] : [`${own}/${privateLibraries}`];
  const path = [...first, `/lib/${triplet}`, `/usr/lib/${triplet}`, own].join(':');
  return script(
    'usr=${self%/bin/*}',
    `LD_LIBRARY_PATH=${path}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}`,
    'export LD_LIBRARY_PATH',
    `exec "$usr/bin/${program}" "$@"`,
  );
}

/**
 * The same for a program of another architecture. The emulator looks for every absolute path below the root first, so
 * the loader finds its libraries where it always looks and needs no library path, which native programs that the
 * emulated one starts would inherit.
 */
export function renderEmulatedLauncher(program: string, emulator: string): string {
  return script('root=${self%/usr/bin/*}', `exec ${emulator} -L "$root" "$root/usr/bin/${program}" "$@"`);
}

function script(...lines: readonly string[]): string {
  return ['#!/bin/sh', 'self=$(readlink -f "$0")', ...lines, ''].join('\n');
}
