import { DepotError } from '@depotcast/hydrator/format';
import * as v from 'valibot';
import type { Database } from '../database.js';

const integer = v.union([v.pipe(v.number(), v.integer()), v.bigint()]);

/** The types of SQLite's columns. An integer beyond JavaScript's safe ones comes as a bigint. */
export const column = {
  text: v.string(),
  key: v.pipe(
    integer,
    v.transform((value) => BigInt(value)),
  ),
  number: v.pipe(v.number(), v.integer(), v.minValue(0)),
  blob: v.nullable(v.instance(Uint8Array)),
} as const;

/**
 * What a query gives, row by row, each checked against its schema.
 * @throws DepotError `bad-format`, naming `where`, for a value that is of another type
 */
export function* selectRows<T>(
  database: Database,
  sql: string,
  schema: v.GenericSchema<unknown, T>,
  where: string,
): Generator<T> {
  const statement = database.prepare(sql);
  try {
    for (const row of statement.iterate()) {
      const result = v.safeParse(schema, row);
      if (!result.success) throw new DepotError('bad-format', `${where}: ${problemsOf(result.issues)}`);
      yield result.output;
    }
  } finally {
    statement.finalize();
  }
}

function problemsOf(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `column ${v.getDotPath(issue) ?? ''}: ${issue.message}`).join('; ');
}
