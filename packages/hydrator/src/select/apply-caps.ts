import { DepotError } from '../format/index.js';
import type { Caps } from '../host/caps.js';
import type { HostFeatures } from '../host/host-features.js';
import { matchesHost } from '../host/host-pattern.js';
import type { CapLevels } from './cap-levels.js';

/**
 * The host as it counts under a site's caps: without the features that the named targets do not have. A cap at a target
 * of another architecture says nothing of this host.
 * @param name the host's, as `uname -n` says it
 * @throws DepotError `usage` when a cap of this host names no known target
 */
export function applyCaps(
  host: HostFeatures,
  name: string,
  { file, caps }: Caps,
  levels: CapLevels,
): HostFeatures {
  const applied = new Map<string, ReadonlySet<string>>();
  for (const { target, line } of caps.filter(({ hosts }) => matchesHost(hosts, name))) {
    const level = levels.get(target);
    if (level === undefined) {
      throw new DepotError('usage', `${file}:${line}: no target '${target}' is known`, {
        hint: "name one that 'depot-build targets' lists or that the release has",
      });
    }
    const features = level.get(host.arch);
    if (features !== undefined) applied.set(target, features);
  }
  if (applied.size === 0) return host;
  const isAllowed = (feature: string): boolean => [...applied.values()].every((level) => level.has(feature));
  const hides = new Set([...host.features].filter((feature) => !isAllowed(feature)));
  const features = new Set([...host.features].filter(isAllowed));
  return {
    ...host,
    features,
    cap: { says: `capped at ${[...applied.keys()].join(' and ')} by ${file}`, hides },
  };
}
