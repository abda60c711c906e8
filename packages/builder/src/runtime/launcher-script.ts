/** Name of Julia's program where `bin/julia` is a script. */
export const PROGRAM_NAME = 'julia.real';

/** `bin/julia` where libraries do not say themselves where others of them stand. */
export function renderLauncher(folders: readonly string[]): string {
  const path = folders.map((folder) => `$root/${folder}`).join(':');
  return `#!/bin/sh
# Not all of Julia's libraries say where those stand that they need.
self=$(readlink -f -- "$0")
root=\${self%/*/*}
LD_LIBRARY_PATH=${path}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec "$root/bin/${PROGRAM_NAME}" "$@"
`;
}
