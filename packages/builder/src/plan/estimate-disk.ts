import type { JuliaFacts } from '../julia/facts.js';
import type { PlannedEnvironment } from './planned-environment.js';
import type { Stage } from './stage.js';

/** Measured: a system image with its packages is about as large as Julia's own. */
const IMAGE_PER_STOCK_IMAGE = 1.1;
/** Measured on stacks of 10 to 50 packages; caches with machine code are at the upper end. */
const CACHE_PER_SOURCE_BYTE = 3;

/** What a build from nothing writes, in bytes: a guess that errs on the large side. */
export function estimateDisk(
  stages: readonly Stage[],
  julia: Pick<JuliaFacts, 'sysimageBytes'>,
  environments: readonly PlannedEnvironment[],
): { cache: number; bundle: number } {
  const sizeOf = (stage: Stage): number => {
    switch (stage.kind) {
      case 'runtime':
      case 'sources':
      case 'artifacts':
        return stage.bytes;
      case 'caches':
        return (
          sourceBytes(environments.find(({ name }) => name === stage.environment)) * CACHE_PER_SOURCE_BYTE
        );
      case 'sysimage':
        return julia.sysimageBytes * IMAGE_PER_STOCK_IMAGE;
      case 'trace':
      case 'proof':
        return 0;
    }
  };
  const distinct = new Map(stages.map((stage) => [stage.id, sizeOf(stage)]));
  const bundle = Math.ceil([...distinct.values()].reduce((sum, size) => sum + size, 0));
  const object = stages.some(({ kind }) => kind === 'sysimage')
    ? julia.sysimageBytes * IMAGE_PER_STOCK_IMAGE
    : 0;
  return { cache: bundle + Math.ceil(object), bundle };
}

function sourceBytes(environment: PlannedEnvironment | undefined): number {
  if (environment === undefined) return 0;
  return [environment.sources, ...environment.shared].reduce((sum, { bytes }) => sum + bytes, 0);
}
