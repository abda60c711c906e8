import { isAbsolute, join } from 'node:path';

/** Where a node keeps things between jobs, unless told. */
export interface NodeDirectories {
  /** Unpacked layers. */
  readonly cache: string;
  /** Highest metadata versions seen. */
  readonly state: string;
}

/**
 * Root keeps things for the whole node below /var; others below their home, as the XDG directories say. A job without a
 * home has nowhere to keep anything: undefined.
 */
export function nodeDirectories(env: NodeJS.ProcessEnv, uid: number): Partial<NodeDirectories> {
  const below = (variable: string, fallback: string): string | undefined => {
    const home = absolute(env['HOME']);
    const base = absolute(env[variable]) ?? (home === undefined ? undefined : join(home, fallback));
    return base === undefined ? undefined : join(base, 'depotcast');
  };
  const cache = uid === 0 ? '/var/cache/depotcast' : below('XDG_CACHE_HOME', '.cache');
  const state = uid === 0 ? '/var/lib/depotcast' : below('XDG_STATE_HOME', '.local/state');
  return { ...(cache === undefined ? {} : { cache }), ...(state === undefined ? {} : { state }) };
}

/** The XDG specification has relative values ignored; a relative home would be whatever folder the job is in. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}
