import { type BundleLayer, decodeFeatures, type Image, isReadable } from '@depotcast/hydrator/format';
import { readTargets } from './read-targets.js';

/**
 * What the images in a layer of a bundle demand of a node together, as /proc/cpuinfo spells it, sorted.
 * @param images those of the bundle, to learn which Julia made the layer
 * @param offsets where each file's content begins in the layer's tar, by path
 * @returns null where nothing in the layer records any, or a Julia that is too new does
 */
export async function recordedByLayer(
  { id }: Pick<BundleLayer, 'id'>,
  images: readonly Image[],
  tar: string,
  offsets: ReadonlyMap<string, number>,
): Promise<readonly string[] | null> {
  const image = images.find(({ sysimage, compiled }) => sysimage === id || compiled === id);
  if (image === undefined || !isReadable(image.julia.version)) return null;
  const libraries = [...offsets].filter(([path]) => path.endsWith('.so'));
  const features = new Set<string>();
  let isRecorded = false;
  for (const [, start] of libraries) {
    for (const target of (await readTargets(tar, start)) ?? []) {
      isRecorded = true;
      const { kernel, unshown } = decodeFeatures(target, image.arch, image.julia.version);
      for (const name of [...kernel, ...unshown]) features.add(name);
    }
  }
  return isRecorded ? [...features].sort() : null;
}
