import { DepotError } from '../error.js';
import type { Image } from '../image.js';
import { parseDispatchTargets, type RecordedTarget } from './dispatch-targets.js';
import { type ImageFacts, type PlacedCache, refuseIn } from './image-facts.js';
import { decodeFeatures, isReadable } from './recorded-features.js';
import type { Violation } from './violation.js';

const OTHER_CPU = 'build it on a CPU that has the features of its target, or under an emulator as launcher';

/** Machine code runs on every node that has what the image requires, and is no weaker than that of its neighbours. */
export function checkTargets(facts: ImageFacts): Violation[] {
  const native = facts.caches.filter(({ header }) => header.targets.length > 0);
  const judged = native.map((cache) => ({
    cache,
    problem: findProblem(decode(cache.header.targets), facts.image),
    features: featuresOf(cache, facts.image),
  }));
  const fitting = judged.filter(({ problem }) => problem === undefined);
  const strongest = new Set(fitting.flatMap(({ features }) => features));
  return [
    ...checkSysimageTargets(facts),
    ...judged.flatMap(({ cache, problem, features }) => {
      const told = problem ?? weaknessOf(features, strongest);
      return told === undefined ? [] : [refuseIn(facts)(cache, 'target', told, OTHER_CPU)];
    }),
  ];
}

function weaknessOf(features: readonly string[], strongest: ReadonlySet<string>): string | undefined {
  const lacking = [...strongest].filter((name) => !features.includes(name));
  return lacking.length === 0
    ? undefined
    : `was compiled without ${lacking.join(', ')}, which others of its image have`;
}

/** Undefined where the file is no image of Julia's, which only starting it can tell. */
function checkSysimageTargets({ image, sysimageTargets }: ImageFacts): Violation[] {
  const problem = sysimageTargets === undefined ? undefined : findProblem(sysimageTargets, image);
  if (problem === undefined || image.sysimage === null) return [];
  return [{ rule: 'target', layer: image.sysimage, package: 'system image', problem, remedy: OTHER_CPU }];
}

function findProblem(targets: readonly RecordedTarget[] | undefined, image: Image): string | undefined {
  if (targets === undefined) return 'records CPU targets that cannot be decoded';
  const [target, ...others] = targets;
  if (target === undefined || others.length > 0) {
    return `records ${targets.length} CPU targets, and its image has one`;
  }
  if (target.isUnknownName) {
    return `records a CPU that Julia does not know, '${target.cpu}', so that every node would take it`;
  }
  const features = namesOf(target, image);
  if (features === undefined) return 'records CPU features of another version of Julia or architecture';
  const excess = features.filter((name) => !image.requires.includes(name));
  return excess.length === 0 ? undefined : `demands ${excess.join(', ')}, which its image does not say`;
}

function featuresOf(cache: PlacedCache, image: Image): readonly string[] {
  const [target] = decode(cache.header.targets) ?? [];
  return target === undefined ? [] : (namesOf(target, image) ?? []);
}

/** As /proc/cpuinfo spells them where it shows them, as Julia does otherwise. */
function namesOf(target: RecordedTarget, { arch, julia }: Image): string[] | undefined {
  if (!isReadable(julia.version)) return undefined;
  try {
    const { kernel, unshown } = decodeFeatures(target, arch, julia.version);
    return [...kernel, ...unshown];
  } catch (error) {
    if (error instanceof DepotError) return undefined;
    throw error;
  }
}

function decode(bytes: Buffer): readonly RecordedTarget[] | undefined {
  try {
    return bytes.length === 0 ? [] : parseDispatchTargets(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
