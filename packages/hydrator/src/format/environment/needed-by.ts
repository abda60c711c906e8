import type { ManifestEntry } from './manifest.js';

/** Those entries that packages of these names need: a Manifest that is shared serves other projects too. */
export function neededBy(names: readonly string[], entries: readonly ManifestEntry[]): ManifestEntry[] {
  const needed = new Set(names);
  // The set grows while it is gone through.
  for (const name of needed) {
    for (const entry of entries) if (entry.name === name) entry.deps.forEach((dep) => needed.add(dep));
  }
  return entries.filter(({ name }) => needed.has(name));
}
