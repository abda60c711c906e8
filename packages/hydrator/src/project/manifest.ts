import { DepotError } from '../format/index.js';
import { readTomlEntries, stringOf, stringsOf, type TomlEntry } from './toml-entries.js';

/** A package of a user's Manifest. */
export interface ManifestEntry {
  readonly name: string;
  readonly uuid: string;
  readonly version: string | null;
  /** Git tree hash of an installed package. */
  readonly tree: string | null;
  /** Folder of a package that is taken from one, relative to the Manifest's own; a standard library has neither. */
  readonly path: string | null;
  /** Names of the packages that it depends on. */
  readonly deps: readonly string[];
}

export interface Manifest {
  readonly file: string;
  /** Julia that resolved it; null in Manifests of Julia up to 1.6.1. */
  readonly juliaVersion: string | null;
  readonly entries: readonly ManifestEntry[];
}

/**
 * Reads a Manifest of the old format (one table a package) or of format 2 (all below `deps`).
 * @throws DepotError `bad-format` with file and line
 */
export function readManifest(text: string, file: string): Manifest {
  const entries = readTomlEntries(text, file);
  const atTop = (key: string): string | null => {
    const found = entries.find(({ table, key: [name] }) => table.length === 0 && name === key);
    return stringOf(found?.value ?? '') ?? null;
  };
  const isFormat2 = atTop('manifest_format') !== null;
  const packages = new Map<number, TomlEntry[]>();
  let current: TomlEntry[] = [];
  for (const entry of entries) {
    const [name, part] = isFormat2 ? entry.table.slice(1) : entry.table;
    if (name === undefined || (isFormat2 && entry.table[0] !== 'deps')) continue;
    if (part === undefined) {
      current = packages.get(entry.tableNumber) ?? [];
      packages.set(entry.tableNumber, current);
    }
    current.push(entry);
  }
  return {
    file,
    juliaVersion: atTop('julia_version'),
    entries: [...packages.values()].map((own) => readPackage(own, isFormat2 ? 1 : 0, file)),
  };
}

/** @param depth of the table's name */
function readPackage(entries: readonly TomlEntry[], depth: number, file: string): ManifestEntry {
  const [first] = entries;
  const name = first?.table[depth] ?? '';
  const refuse = (key: string, line: number): never => {
    throw new DepotError('bad-format', `${file}:${line}: '${key}' of ${name} is not as Pkg writes it`, {
      hint: "let Pkg write the Manifest anew: julia --project -e 'using Pkg; Pkg.resolve()'",
    });
  };
  const own = entries.filter(({ table }) => table.length === depth + 1);
  const text = (key: string): string | null => {
    const entry = own.find(({ key: [found] }) => found === key);
    if (entry === undefined) return null;
    return stringOf(entry.value) ?? refuse(key, entry.line);
  };
  const uuid = text('uuid') ?? refuse('uuid', first?.line ?? 0);
  const listed = own.find(({ key: [found] }) => found === 'deps');
  // Where a name alone is ambiguous, dependencies are a table: [deps.Name.deps].
  const tabled = entries.filter(({ table }) => table[depth + 1] === 'deps').map(({ key: [dep = ''] }) => dep);
  return {
    name,
    uuid: uuid.toLowerCase(),
    version: text('version'),
    tree: text('git-tree-sha1'),
    path: text('path'),
    deps: listed === undefined ? tabled : (stringsOf(listed.value) ?? refuse('deps', listed.line)),
  };
}
