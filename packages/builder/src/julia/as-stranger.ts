/** `nobody` and `nogroup`, or at least nobody who owns anything. */
const STRANGER_ID = 65534;

/** A home that such a user has: none. */
export const STRANGERS_HOME = '/nonexistent';

/** A command line that runs `command` as a user who owns nothing. Only root can start it, with util-linux's setpriv. */
export function asStranger(command: readonly string[]): string[] {
  return ['setpriv', `--reuid=${STRANGER_ID}`, `--regid=${STRANGER_ID}`, '--clear-groups', '--', ...command];
}
