import { DepotError } from './error.js';

export interface JuliaVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Parses `1.10.8`, `1.13.0-beta2` and the like; what follows the patch number plays no part in comparisons. */
export function parseJuliaVersion(text: string): JuliaVersion {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text);
  if (match === null)
    throw new DepotError('bad-format', `expected a Julia version such as 1.10.8, got '${text}'`);
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}

/** Whether `version` is at least `minimum`, given as `1.11` or `1.10.8`. */
export function isAtLeast(version: string, minimum: string): boolean {
  const have = parseJuliaVersion(version);
  const [major = 0, minor = 0, patch = 0] = minimum.split('.').map(Number);
  if (have.major !== major) return have.major > major;
  return have.minor !== minor ? have.minor > minor : have.patch >= patch;
}

/** Julia before 1.11 bakes absolute source paths into its caches, so that they are valid at one prefix only. */
export function isPathBound(version: string): boolean {
  return !isAtLeast(version, '1.11');
}
