import { DepotError, parseJson } from '@depotcast/hydrator/format';
import { readFile } from 'node:fs/promises';
import type * as v from 'valibot';

/**
 * Reads what an earlier build noted down. A note that a power failure cut short, or that another version wrote, is none:
 * the work is done again.
 */
export async function readWhole<T>(
  file: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return parseJson(schema, text, file);
  } catch (error) {
    if (error instanceof DepotError && error.code === 'bad-format') return undefined;
    throw error;
  }
}
