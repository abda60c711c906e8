import { DepotError } from '../format/index.js';
import { readTomlEntries, stringOf, type TomlEntry } from './toml-entries.js';

/** By package: values as they are written, by key. */
export type Preferences = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What counts of a Project.toml. */
export interface Project {
  readonly name: string | undefined;
  readonly uuid: string | undefined;
  /** Manifest that the project names itself, relative to its folder. */
  readonly manifest: string | undefined;
  /** Uuids of the packages that code of the project can load, by name. */
  readonly deps: ReadonlyMap<string, string>;
  readonly preferences: Preferences;
}

/** @throws DepotError `bad-format` with file and line */
export function readProject(text: string, file: string): Project {
  const entries = readTomlEntries(text, file).map(withPath);
  const atTop = (name: string): string | undefined =>
    stringOf(entries.find(({ path }) => path.length === 1 && path[0] === name)?.value ?? '');
  const below = (name: string) =>
    entries.filter(({ path }) => path[0] === name).map((entry) => ({ ...entry, path: entry.path.slice(1) }));
  return {
    name: atTop('name'),
    uuid: atTop('uuid')?.toLowerCase(),
    manifest: atTop('manifest'),
    deps: new Map(below('deps').map((entry) => dependency(entry, file))),
    preferences: byPackage(below('preferences')),
  };
}

/** What a LocalPreferences.toml prefers. @throws DepotError `bad-format` with file and line */
export function readPreferences(text: string, file: string): Preferences {
  return byPackage(readTomlEntries(text, file).map(withPath));
}

/** As Julia merges them: key by key, the local file before the project. */
export function mergePreferences(project: Preferences, local: Preferences): Preferences {
  const names = new Set([...project.keys(), ...local.keys()]);
  return new Map(
    [...names].map((name) => [name, new Map([...(project.get(name) ?? []), ...(local.get(name) ?? [])])]),
  );
}

type PathEntry = Pick<TomlEntry, 'value' | 'line'> & { readonly path: readonly string[] };

function withPath({ table, key, value, line }: TomlEntry): PathEntry {
  return { path: [...table, ...key], value, line };
}

function dependency({ path, value, line }: PathEntry, file: string): [name: string, uuid: string] {
  const [name, more] = path;
  const uuid = stringOf(value);
  if (name !== undefined && more === undefined && uuid !== undefined) return [name, uuid.toLowerCase()];
  throw new DepotError('bad-format', `${file}:${line}: a dependency is not as Pkg writes it`, {
    hint: 'write it below [deps]: Name = "uuid"',
  });
}

function byPackage(entries: readonly PathEntry[]): Preferences {
  const packages = new Map<string, Map<string, string>>();
  for (const { path, value } of entries) {
    const [name = '', ...key] = path;
    const own = packages.get(name) ?? new Map<string, string>();
    packages.set(name, own.set(JSON.stringify(key), value));
  }
  return packages;
}
