import { DepotError } from '@depotcast/hydrator/format';
import * as v from 'valibot';
import { parseToml } from './toml.js';

/** Where Julia loads a package of a Manifest from. */
export type Origin =
  | { readonly kind: 'stdlib' }
  /** A folder, as the Manifest spells it: relative to its own. */
  | { readonly kind: 'path'; readonly path: string }
  /** From a registry or a repository, installed in a depot. */
  | { readonly kind: 'installed'; /** Git tree hash. */ readonly tree: string };

export interface ManifestEntry {
  readonly name: string;
  readonly uuid: string;
  readonly version: string | undefined;
  readonly origin: Origin;
  /** Names of the packages that it depends on. */
  readonly deps: readonly string[];
}

const entrySchema = v.object({
  uuid: v.pipe(v.string(), v.toLowerCase()),
  version: v.optional(v.string()),
  path: v.optional(v.string()),
  'git-tree-sha1': v.optional(v.string()),
  deps: v.optional(v.union([v.array(v.string()), v.record(v.string(), v.string())]), []),
});
const entriesSchema = v.record(v.string(), v.array(entrySchema));
const manifestSchema = v.union([
  v.object({ manifest_format: v.string(), deps: v.optional(entriesSchema, {}) }),
  entriesSchema,
]);

/**
 * Entries of a Manifest.toml, of the old format (one table a package) or format 2 (all below `deps`).
 * @throws DepotError `bad-spec` when it is neither
 */
export function parseManifest(text: string, file: string): ManifestEntry[] {
  const result = v.safeParse(manifestSchema, parseToml(text, file));
  if (!result.success) {
    const place = v.getDotPath(result.issues[0]);
    throw new DepotError('bad-spec', `${file}: not a Manifest${place === null ? '' : `, see ${place}`}`);
  }
  const tables = isFormat2(result.output) ? result.output.deps : result.output;
  return Object.entries(tables).flatMap(([name, entries]) =>
    entries.map((entry) => ({
      name,
      uuid: entry.uuid,
      version: entry.version,
      origin: originOf(entry),
      deps: Array.isArray(entry.deps) ? entry.deps : Object.keys(entry.deps),
    })),
  );
}

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

/**
 * The Manifest with the paths of its packages exchanged. Text in, text out: Julia up to 1.5 reads Manifests line by line,
 * so that nothing else may change its form.
 */
export function rewritePaths(text: string, paths: ReadonlyMap<string, string>): string {
  let name = '';
  return text
    .split('\n')
    .map((line) => {
      name = /^\s*\[\[(?:deps\.)?"?([^\]"]+)"?\]\]/.exec(line)?.[1] ?? name;
      const path = paths.get(name);
      return path !== undefined && /^\s*path\s*=/.test(line) ? `path = ${JSON.stringify(path)}` : line;
    })
    .join('\n');
}

type ManifestDocument = v.InferOutput<typeof manifestSchema>;
type Format2 = Extract<ManifestDocument, { manifest_format: string }>;

function isFormat2(document: ManifestDocument): document is Format2 {
  return typeof document['manifest_format'] === 'string';
}

function originOf(entry: v.InferOutput<typeof entrySchema>): Origin {
  if (entry.path !== undefined) return { kind: 'path', path: entry.path };
  const tree = entry['git-tree-sha1'];
  return tree === undefined ? { kind: 'stdlib' } : { kind: 'installed', tree };
}
