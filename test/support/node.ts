import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type Outcome, run, type RunOptions } from './programs.js';

/** A node that knows nothing yet: its own state and cache, and a recorded CPU if wanted. */
export interface TestNode {
  readonly state: string;
  readonly cache: string;
  hydrate(command: string, args: readonly string[], options?: RunOptions): Promise<Outcome>;
}

const CACHING = ['env', 'exec', 'fetch', 'verify'];
const TRUSTING = ['explain', ...CACHING];

/** @param source options that name the repository and what to take from it */
export async function freshNode(directory: string, source: readonly string[]): Promise<TestNode> {
  const home = await mkdtemp(join(directory, 'node-'));
  const [state, cache] = [join(home, 'state'), join(home, 'cache')];
  return {
    state,
    cache,
    hydrate: (command, args, options) => {
      const places = [
        ...(TRUSTING.includes(command) ? [...source, '--state', state] : []),
        ...(CACHING.includes(command) ? ['--cache', cache] : []),
      ];
      return run('depot-hydrate', [command, ...places, ...args], options);
    },
  };
}
