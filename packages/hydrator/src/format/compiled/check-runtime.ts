import { requiredOfJulia } from './check-closure.js';
import { hex, type ImageFacts, refuseIn } from './image-facts.js';
import { isOfPackageImage } from './sysimage-facts.js';
import type { Violation } from './violation.js';

const REMEDY = 'build the images and the runtime together, with one installation of Julia';

/**
 * Where Julia is in the release, its system image is the one that everything was compiled with, and the modules that
 * caches require of Julia's own are in it. Those of caches that Julia brings are left to `checkAgreement`.
 */
export function checkRuntime(facts: ImageFacts): Violation[] {
  const { runtime, image } = facts;
  if (runtime === undefined) return [];
  const { layer, sysimage } = runtime;
  if (sysimage === undefined) {
    const problem = `has no system image with the recorded SHA-256 ${image.julia.identity}`;
    return [{ rule: 'system-image', layer, package: 'Julia', problem, remedy: REMEDY }];
  }
  // What an image of its own does not hold is told by the closure.
  if (facts.sysimage !== null) return [];
  return requiredOfJulia(facts)
    .filter(({ module: { buildId } }) => !isOfPackageImage(buildId) && !sysimage.holds(buildId))
    .map(({ cache, module }) => {
      const problem = `requires ${module.name} of build ${hex(module.buildId)}, which the system image in ${layer} does not hold`;
      return refuseIn(facts)(cache, 'system-image', problem, REMEDY);
    });
}
