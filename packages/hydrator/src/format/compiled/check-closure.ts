import type { CompiledModule } from './cache-header.js';
import { hex, type ImageFacts, keyOf, type PlacedCache, refuseIn } from './image-facts.js';
import { isOfPackageImage } from './sysimage-facts.js';
import type { Violation } from './violation.js';

const REBUILD = 'never mix caches of two builds: build the layer again as a whole';

/**
 * Every module that a cache requires is the one that the same layer or the image's own system image holds. What neither
 * holds is Julia's own, and left to {@link checkAgreement}.
 */
export function checkClosure(facts: ImageFacts): Violation[] {
  const provided = providedBy(facts);
  return facts.caches.flatMap((cache) =>
    cache.header.required.flatMap((module) => {
      const problem = findProblem(module, provided.get(keyOf(module)), facts);
      return problem === undefined ? [] : [refuse(cache, problem, facts)];
    }),
  );
}

/** Modules that an image's caches require of Julia's own system image and of the caches that Julia brings. */
export function requiredOfJulia(facts: ImageFacts): { cache: PlacedCache; module: CompiledModule }[] {
  const provided = providedBy(facts);
  return facts.caches.flatMap((cache) =>
    cache.header.required
      .filter((module) => !provided.has(keyOf(module)) && facts.sysimage?.holds(module.buildId) !== true)
      .map((module) => ({ cache, module })),
  );
}

function findProblem(
  module: CompiledModule,
  provided: ReadonlySet<bigint> | undefined,
  facts: ImageFacts,
): { rule: 'closure' | 'system-image'; text: string } | undefined {
  const wanted = `requires ${module.name} of build ${hex(module.buildId)}`;
  if (provided !== undefined) {
    if (provided.has(module.buildId)) return undefined;
    return {
      rule: 'closure',
      text: `${wanted}, and its layer has build ${[...provided].map(hex).join(', ')}`,
    };
  }
  if (facts.packages.has(module.uuid) && !facts.sysimage?.holds(module.buildId)) {
    return { rule: 'closure', text: `${wanted}, of which its layer has no cache` };
  }
  if (facts.sysimage === null || facts.sysimage.holds(module.buildId)) return undefined;
  if (isOfPackageImage(module.buildId)) {
    return { rule: 'closure', text: `${wanted}, and neither its layer nor the system image has it` };
  }
  return { rule: 'system-image', text: `${wanted}, which the image's system image does not hold` };
}

function refuse(
  cache: PlacedCache,
  problem: { rule: 'closure' | 'system-image'; text: string },
  facts: ImageFacts,
): Violation {
  const remedy =
    problem.rule === 'closure'
      ? REBUILD
      : 'it was compiled under another system image: build both again together';
  return refuseIn(facts)(cache, problem.rule, problem.text, remedy);
}

function providedBy({ caches }: ImageFacts): Map<string, Set<bigint>> {
  const provided = new Map<string, Set<bigint>>();
  for (const { name, uuid, buildId } of caches.flatMap(({ header }) => header.modules)) {
    const builds = provided.get(keyOf({ name, uuid })) ?? new Set();
    provided.set(keyOf({ name, uuid }), builds.add(buildId));
  }
  return provided;
}
