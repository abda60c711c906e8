/** Where setpriv is another's, busybox's for one, a killed build leaves its Julia running. */
const SCRIPT =
  'if setpriv --pdeathsig KILL true 2>/dev/null; then exec setpriv --pdeathsig KILL "$@"; else exec "$@"; fi';

/**
 * A command line whose process the kernel kills once its parent is gone, however that ended. It must stand innermost:
 * entering a user namespace takes the order back.
 */
export function endWithParent(command: readonly string[]): string[] {
  return ['sh', '-c', SCRIPT, 'sh', ...command];
}
