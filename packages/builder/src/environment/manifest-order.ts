import type { ManifestEntry } from '@depotcast/hydrator/format';

/** Those entries that packages of these names need: a workspace's Manifest serves other projects too. */
export function neededBy(names: readonly string[], entries: readonly ManifestEntry[]): ManifestEntry[] {
  const needed = new Set(names);
  // The set grows while it is gone through.
  for (const name of needed) {
    for (const entry of entries) if (entry.name === name) entry.deps.forEach((dep) => needed.add(dep));
  }
  return entries.filter(({ name }) => needed.has(name));
}

/** Dependencies before dependents, otherwise as the Manifest has them. */
export function inLoadOrder(entries: readonly ManifestEntry[]): ManifestEntry[] {
  const ordered = new Set<ManifestEntry>();
  const visiting = new Set<ManifestEntry>();
  const visit = (entry: ManifestEntry): void => {
    if (visiting.has(entry)) return;
    visiting.add(entry);
    for (const other of entries) if (entry.deps.includes(other.name)) visit(other);
    ordered.add(entry);
  };
  entries.forEach(visit);
  return [...ordered];
}
