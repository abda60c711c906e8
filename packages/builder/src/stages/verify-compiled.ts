import type { ImageOrder } from '../image/check-image.js';
import { verifyImages } from '../image/verify-images.js';
import { type CachesStage, describeStage, type SysimageStage } from '../plan/stage.js';
import type { BuildContext } from './context.js';

/** What a stage had Julia compile; undefined for caches without machine code. */
export function imageOrder(
  stage: SysimageStage | CachesStage,
  { julia }: BuildContext,
): ImageOrder | undefined {
  const { cpuTarget } = stage;
  if (cpuTarget === null) return undefined;
  return { label: describeStage(stage), cpuTarget, arch: julia.arch, juliaVersion: julia.version };
}

/**
 * Checks the images that a stage has made.
 * @returns what could not be checked, for people; empty where all was
 * @throws DepotError `build-failed`
 */
export async function verifyCompiled(
  stage: SysimageStage | CachesStage,
  files: readonly string[],
  context: BuildContext,
): Promise<string> {
  const order = imageOrder(stage, context);
  if (order === undefined) return '';
  const { spec, env, signal } = context;
  return verifyImages(files, order, { linker: spec.linker, env, signal });
}
