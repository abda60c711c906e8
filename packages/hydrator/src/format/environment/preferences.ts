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

/** As Julia merges them: key by key, tables within tables, the later before the earlier. */
export function mergePreferences(earlier: Preferences, later: Preferences): Preferences {
  return mergeTables(earlier, later) as Preferences;
}

type Table = Readonly<Record<string, unknown>>;

function mergeTables(earlier: Table, later: Table): Table {
  const merged = Object.entries(later).map(([key, value]): [string, unknown] => {
    const before = earlier[key];
    return [key, isTable(before) && isTable(value) ? mergeTables(before, value) : value];
  });
  return { ...earlier, ...Object.fromEntries(merged) };
}

function isTable(value: unknown): value is Table {
  return v.is(tableSchema, value) && !Array.isArray(value) && !(value instanceof Date);
}
