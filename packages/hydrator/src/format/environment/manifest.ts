import * as v from 'valibot';
import { DepotError } from '../error.js';
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

export interface Manifest {
  /** Julia that resolved it; undefined in Manifests of Julia up to 1.6.1. */
  readonly juliaVersion: string | undefined;
  readonly entries: readonly ManifestEntry[];
}

const entrySchema = v.object({
  uuid: v.pipe(v.string(), v.toLowerCase()),
  version: v.optional(v.string()),
  path: v.optional(v.string()),
  'git-tree-sha1': v.optional(v.string()),
  deps: v.optional(v.union([v.array(v.string()), v.record(v.string(), v.string())]), []),
});
const entriesSchema = v.record(v.string(), v.array(entrySchema));
const format2Schema = v.object({
  julia_version: v.optional(v.string()),
  deps: v.optional(entriesSchema, {}),
});

/**
 * Reads a Manifest.toml, of the old format (one table a package) or format 2 (all below `deps`).
 * @throws DepotError `bad-spec` when it is neither
 */
export function parseManifest(text: string, file: string): Manifest {
  const { julia_version: juliaVersion, deps } = read(parseToml(text, file), file);
  const entries = Object.entries(deps).flatMap(([name, found]) =>
    found.map((entry) => ({
      name,
      uuid: entry.uuid,
      version: entry.version,
      origin: originOf(entry),
      deps: Array.isArray(entry.deps) ? entry.deps : Object.keys(entry.deps),
    })),
  );
  return { juliaVersion, entries };
}

function read(document: unknown, file: string): v.InferOutput<typeof format2Schema> {
  const isFormat2 = v.is(v.object({ manifest_format: v.string() }), document);
  const result = v.safeParse(format2Schema, isFormat2 ? document : { deps: document });
  if (result.success) return result.output;
  const place = v.getDotPath(result.issues[0]);
  throw new DepotError('bad-spec', `${file}: not a Manifest${place === null ? '' : `, see ${place}`}`, {
    hint: "let Pkg write it anew: julia --project -e 'using Pkg; Pkg.resolve()'",
  });
}

function originOf(entry: v.InferOutput<typeof entrySchema>): Origin {
  if (entry.path !== undefined) return { kind: 'path', path: entry.path };
  const tree = entry['git-tree-sha1'];
  return tree === undefined ? { kind: 'stdlib' } : { kind: 'installed', tree };
}
