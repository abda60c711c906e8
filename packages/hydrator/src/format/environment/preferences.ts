import * as v from 'valibot';
import { DepotError } from '../error.js';
import { parseToml } from './toml.js';

const tableSchema = v.record(v.string(), v.unknown());
export const preferencesSchema = v.record(v.string(), tableSchema);

/** What is preferred of packages, by their names. */
export type Preferences = v.InferOutput<typeof preferencesSchema>;

/** Reads a LocalPreferences.toml. @throws DepotError `bad-spec` for anything else */
export function parsePreferences(text: string, file: string): Preferences {
  const result = v.safeParse(preferencesSchema, parseToml(text, file));
  if (result.success) return result.output;
  throw new DepotError(
    'bad-spec',
    `${file}: not preferences, see ${v.getDotPath(result.issues[0]) ?? 'all'}`,
    {
      hint: 'preferences stand in tables that are named after packages',
    },
  );
}

/** In a table of preferences, names the keys of earlier tables that do not count. */
const CLEAR = '__clear__';

/**
 * As Julia merges them: key by key, tables within tables, the later before the earlier.
 * @see https://github.com/JuliaLang/julia/blob/v1.12.2/base/loading.jl (recursive_prefs_merge)
 */
export function mergePreferences(earlier: Preferences, later: Preferences): Preferences {
  return mergeTables(earlier, later) as Preferences;
}

type Table = Readonly<Record<string, unknown>>;

function mergeTables(earlier: Table, later: Table): Table {
  const cleared = later[CLEAR];
  const left = Object.entries(earlier).filter(([key]) => !(Array.isArray(cleared) && cleared.includes(key)));
  const merged = new Map(left);
  for (const [key, value] of Object.entries(later)) {
    const before = merged.get(key);
    merged.set(key, isTable(before) && isTable(value) ? mergeTables(before, value) : value);
  }
  return Object.fromEntries(merged);
}

function isTable(value: unknown): value is Table {
  return v.is(tableSchema, value) && !Array.isArray(value) && !(value instanceof Date);
}
