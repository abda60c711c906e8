import type { ManifestEntry } from '@depotcast/hydrator/format';

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
