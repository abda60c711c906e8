import type * as v from 'valibot';
import type { KeyPath } from './locate.js';

/** A key that a schema does not know, and those it knows in its place. */
export interface UnknownKey {
  readonly path: KeyPath;
  readonly known: readonly string[];
}

/** Every key of `value` that `schema` has no entry for, however deep; a strict schema would report the first only. */
export function unknownKeys(schema: v.GenericSchema, value: unknown, path: KeyPath = []): UnknownKey[] {
  if (isWrapper(schema)) return unknownKeys(schema.wrapped, value, path);
  if (isUnion(schema)) return schema.options.flatMap((option) => unknownKeys(option, value, path));
  if (isArray(schema) && Array.isArray(value)) {
    return value.flatMap((item, index) => unknownKeys(schema.item, item, [...path, index]));
  }
  if (!isObject(schema) || !isTable(value)) return [];
  const known = Object.keys(schema.entries);
  return Object.entries(value).flatMap(([key, item]): UnknownKey[] => {
    const entry = schema.entries[key];
    return entry === undefined ? [{ path: [...path, key], known }] : unknownKeys(entry, item, [...path, key]);
  });
}

function isWrapper(schema: v.GenericSchema): schema is v.GenericSchema & { wrapped: v.GenericSchema } {
  return 'wrapped' in schema;
}

function isUnion(schema: v.GenericSchema): schema is v.GenericSchema & { options: v.GenericSchema[] } {
  return schema.type === 'union' && 'options' in schema;
}

function isArray(schema: v.GenericSchema): schema is v.GenericSchema & { item: v.GenericSchema } {
  return 'item' in schema;
}

function isObject(
  schema: v.GenericSchema,
): schema is v.GenericSchema & { entries: Record<string, v.GenericSchema | undefined> } {
  return 'entries' in schema;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
