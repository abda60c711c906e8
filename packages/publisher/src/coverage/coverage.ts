import { parseCpuInfo, selectImage } from '@depotcast/hydrator';
import type { Image, Release } from '@depotcast/hydrator/format';
import { AMD } from './amd.js';
import { ARM } from './arm.js';
import { CLOUDS } from './clouds.js';
import type { KnownCpu } from './cpu.js';
import { INTEL } from './intel.js';

export const KNOWN_CPUS: readonly KnownCpu[] = [...INTEL, ...AMD, ...CLOUDS, ...ARM];

/** What one CPU gets of one environment. */
export interface CoverageRow {
  readonly cpu: string;
  readonly arch: string;
  readonly environment: string;
  /** Null where no image runs. */
  readonly image: { readonly target: string; readonly start: string } | null;
  /** Better targets of this architecture, best first, and what the CPU lacks for each. */
  readonly passedOver: readonly { readonly target: string; readonly missing: readonly string[] }[];
}

/** Which image each of the known CPUs would get, chosen as nodes choose. */
export function coverageOf(release: Release): CoverageRow[] {
  return release.environments.flatMap(({ name }) => KNOWN_CPUS.map((cpu) => coverCpu(release, name, cpu)));
}

function coverCpu(release: Release, environment: string, { name, arch, features }: KnownCpu): CoverageRow {
  const host = parseCpuInfo(`flags : ${features.join(' ')}\n`, arch);
  const { chosen, candidates } = selectImage(release, host, { environment });
  const passedOver = new Map<string, readonly string[]>();
  const better = candidates.slice(
    0,
    chosen === undefined ? undefined : candidates.findIndex(({ image }) => image === chosen),
  );
  for (const { image, missing } of better) {
    if (missing.length > 0 && !passedOver.has(image.target)) passedOver.set(image.target, missing);
  }
  return {
    ...{ cpu: name, arch, environment },
    image: chosen === undefined ? null : nameOf(chosen),
    passedOver: [...passedOver].map(([target, missing]) => ({ target, missing })),
  };
}

function nameOf({ target, start }: Image): { target: string; start: string } {
  return { target, start };
}
