import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DepotError } from '@depotcast/hydrator/format';
import { isMissing } from '../files/missing.js';

/** The hydrator as one file, ready to run on a node. @throws DepotError `not-found` where it has not been built */
export async function readHydrator(): Promise<Buffer> {
  const file = fileURLToPath(import.meta.resolve('@depotcast/hydrator/bundle'));
  try {
    return await readFile(file);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new DepotError('not-found', `${file}: the bundled hydrator is missing`, {
      cause,
      hint: "'npm run build' makes it",
    });
  }
}
