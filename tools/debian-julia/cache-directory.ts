import { isAbsolute, join } from 'node:path';

/** Where fetched things are kept between runs: DEPOTCAST_CACHE, else `depotcast` in the user's cache directory. */
export function cacheDirectory(env: NodeJS.ProcessEnv, home: string): string {
  if (env.DEPOTCAST_CACHE !== undefined && env.DEPOTCAST_CACHE !== '') return env.DEPOTCAST_CACHE;
  const user = env.XDG_CACHE_HOME ?? '';
  // https://specifications.freedesktop.org/basedir-spec/latest/: relative paths are invalid, to be ignored.
  return join(isAbsolute(user) ? user : join(home, '.cache'), 'depotcast');
}
