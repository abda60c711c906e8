import { FLAGS_VARIABLE } from './render-shell.js';
import type { LaunchEnvironment } from './render-environment.js';

/** What `renderEnvironment` sets, but for the PATH, which holds much else. */
export const IMAGE_VARIABLES = [
  'JULIA_DEPOT_PATH',
  'JULIA_PROJECT',
  'JULIA_LOAD_PATH',
  'JULIA_PKG_PRECOMPILE_AUTO',
  'JULIA_PKG_OFFLINE',
  'JULIA_HISTORY',
];

/**
 * What lets a job start without any image. Where the job has inherited one, as a step does from a job on another node, it
 * is taken away; a user's own variables stay.
 */
export function plainEnvironment(env: NodeJS.ProcessEnv): LaunchEnvironment {
  const hasImage = (env[FLAGS_VARIABLE] ?? '') !== '';
  return { set: {}, unset: hasImage ? IMAGE_VARIABLES : [], flags: [] };
}
