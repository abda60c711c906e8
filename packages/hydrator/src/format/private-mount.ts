/**
 * A command line that runs `command` where `directory` is also to be seen at `prefix`, for that process and its children
 * only: a private mount namespace with one bind mount. `prefix` must exist as a directory.
 *
 * Needs util-linux's unshare and mount; without root it needs unprivileged user namespaces as well.
 */
export function withPrivateMount(
  command: readonly string[],
  directory: string,
  prefix: string,
  options: { readonly isRoot: boolean },
): string[] {
  const namespaces = options.isRoot ? ['--mount'] : ['--mount', '--map-root-user'];
  const script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
  return [
    'unshare',
    ...namespaces,
    '--propagation',
    'private',
    '--',
    'sh',
    '-c',
    script,
    'sh',
    directory,
    prefix,
    ...command,
  ];
}
