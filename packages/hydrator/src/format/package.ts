import * as v from 'valibot';

export const packageSchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[\p{L}_][\p{L}\p{N}_!]*$/u, 'expected the name of a Julia package')),
  uuid: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'expected a UUID')),
  /** As the Manifest has it; Julia before 1.9 gives none for its standard library. */
  version: v.nullable(v.string()),
  /**
   * What the package's code is: the Git tree hash of an installed package, SHA-256 over the canonical listing of one that
   * is taken from a folder; null for Julia's standard library.
   */
  tree: v.nullable(v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'expected a tree hash'))),
});

/** A package of an environment's Manifest. */
export type Package = v.InferOutput<typeof packageSchema>;

/** How one package differs between two environments. */
export interface PackageChange {
  readonly name: string;
  readonly uuid: string;
  /** Null where the environment has no such package. */
  readonly from: Package | null;
  readonly to: Package | null;
}

/** Packages that differ, by name: added, removed, or of another version or other code. */
export function comparePackages(from: readonly Package[], to: readonly Package[]): PackageChange[] {
  const before = new Map(from.map((item) => [item.uuid, item]));
  const after = new Map(to.map((item) => [item.uuid, item]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((uuid) => {
      const [old = null, new_ = null] = [before.get(uuid), after.get(uuid)];
      return { name: (new_ ?? old)?.name ?? '', uuid, from: old, to: new_ };
    })
    .filter(({ from: old, to: new_ }) => old?.version !== new_?.version || old?.tree !== new_?.tree)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
