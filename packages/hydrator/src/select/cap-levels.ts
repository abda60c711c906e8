import { type Image, TARGETS } from '../format/index.js';

/** What a target may use at most: by its name, then by architecture. */
export type CapLevels = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

/** The levels that a cap can name: the known targets, and those of `images` with all that these need. */
export function capLevels(images: readonly Image[]): CapLevels {
  const levels = new Map<string, Map<string, Set<string>>>();
  const parts = [...TARGETS, ...images.map((image) => ({ ...image, name: image.target }))];
  for (const { name, arch, requires } of parts) {
    const byArch = levels.get(name) ?? new Map<string, Set<string>>();
    byArch.set(arch, new Set([...(byArch.get(arch) ?? []), ...requires]));
    levels.set(name, byArch);
  }
  return levels;
}
