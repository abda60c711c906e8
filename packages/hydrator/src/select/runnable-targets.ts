import { type Target, TARGETS } from '../format/index.js';
import type { HostFeatures } from '../host/host-features.js';
import { byStrength } from './strength.js';

/** The known targets that a host can run, best first. */
export function runnableTargets(host: HostFeatures): Target[] {
  return TARGETS.filter(
    (target) => target.arch === host.arch && target.requires.every((feature) => host.features.has(feature)),
  ).sort((a, b) => byStrength(a.requires, b.requires));
}
