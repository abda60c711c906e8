import { DepotError } from '@depotcast/hydrator/format';

/** Runs `work`; an error that brings no hint of its own gets this one. */
export async function withHint<T>(hint: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DepotError) || error.hint !== undefined) throw error;
    throw new DepotError(error.code, error.message, { hint, cause: error });
  }
}
