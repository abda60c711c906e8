export interface PrivateMountOptions {
  readonly isRoot: boolean;
  /** The one folder below `directory` that may be written to, as a relative path; none unless told. */
  readonly writable?: string | undefined;
}

/** A mount keeps the restrictions of the file system below it, which some kernels will not have changed together. */
const READ_ONLY =
  '{ mount -o remount,bind,ro "$2" || mount -o remount,bind,ro,nosuid,nodev "$2"; } 2>/dev/null';
const BIND = `mount --bind "$1" "$2" && { ${READ_ONLY} || :; }`;
const BIND_WRITABLE = '{ [ -z "$3" ] || mount --bind "$1/$3" "$2/$3"; }';

/**
 * A command line that runs `command` where `directory` is also to be seen at `prefix`, for that process and its children
 * only, and read-only there but for one folder: a private mount namespace. `prefix` must exist as a directory.
 *
 * Needs util-linux's unshare and mount; without root it needs unprivileged user namespaces as well.
 */
export function withPrivateMount(
  command: readonly string[],
  directory: string,
  prefix: string,
  { isRoot, writable = '' }: PrivateMountOptions,
): string[] {
  const namespaces = isRoot ? ['--mount'] : ['--mount', '--map-root-user'];
  const script = `${BIND} && ${BIND_WRITABLE} && shift 3 && exec "$@"`;
  const places = [directory, prefix, writable];
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
    ...places,
    ...command,
  ];
}
