import type { CompiledModule } from './cache-header.js';
import { requiredOfJulia } from './check-closure.js';
import { hex, type ImageFacts, keyOf, type PlacedCache, refuseIn } from './image-facts.js';
import { sysimageChecksumOf } from './sysimage-facts.js';
import type { Violation } from './violation.js';

/** A module of Julia's own, as the first cache that requires it names it. */
interface Claim {
  readonly cache: PlacedCache;
  readonly module: CompiledModule;
}

/**
 * Julia's own system image is not in a bundle, but there is only one: all caches that were compiled under it require the
 * same builds of its modules, and from Julia 1.9 on name the same checksum.
 */
export function checkAgreement(images: readonly ImageFacts[]): Violation[] {
  const claims = new Map<string, Claim>();
  return images.flatMap((facts) =>
    requiredOfJulia(facts).flatMap(({ cache, module }) => {
      // Violations of images with a system image of their own are told by the closure.
      if (facts.sysimage !== null) return [];
      const checksum = sysimageChecksumOf(module.buildId);
      const key = `${facts.image.julia.identity} ${checksum === undefined ? keyOf(module) : 'checksum'}`;
      const first = claims.get(key) ?? { cache, module };
      claims.set(key, first);
      const agrees =
        checksum === undefined
          ? first.module.buildId === module.buildId
          : sysimageChecksumOf(first.module.buildId) === checksum;
      return agrees ? [] : [refuse(facts, cache, module, first)];
    }),
  );
}

function refuse(facts: ImageFacts, cache: PlacedCache, module: CompiledModule, first: Claim): Violation {
  const problem = [
    `requires ${module.name} of build ${hex(module.buildId)}`,
    `and ${first.cache.package.name} requires ${first.module.name} of build ${hex(first.module.buildId)}`,
    'though one Julia is to load both',
  ].join(', ');
  return refuseIn(facts)(cache, 'system-image', problem, 'build all images with one installation of Julia');
}
