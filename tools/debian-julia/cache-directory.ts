import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export interface User {
  readonly home: string;
  readonly uid: number;
}

export function currentUser(): User {
  return { home: homedir(), uid: process.getuid?.() ?? -1 };
}

/**
 * Where fetched things are kept between runs: DEPOTCAST_CACHE; else, for root, a folder that other users can read, since
 * root starts Julia as others in tests; else `depotcast` in the user's cache directory.
 */
export function cacheDirectory(env: NodeJS.ProcessEnv, { home, uid }: User): string {
  if (env.DEPOTCAST_CACHE !== undefined && env.DEPOTCAST_CACHE !== '') return env.DEPOTCAST_CACHE;
  if (uid === 0) return '/var/cache/depotcast';
  const user = env.XDG_CACHE_HOME ?? '';
  // https://specifications.freedesktop.org/basedir-spec/latest/: relative paths are invalid, to be ignored.
  return join(isAbsolute(user) ? user : join(home, '.cache'), 'depotcast');
}
