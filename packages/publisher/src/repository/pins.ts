import { digestSchema, parseJson, type ReleaseId, renderJson, repository } from '@depotcast/hydrator/format';
import type { Targets } from '@tufjs/models';
import * as v from 'valibot';

/** Field of the targets metadata that names the pinned releases; TUF clients pass over fields they do not know. */
export const PINS_FIELD = 'x-depotcast-pins';

const pinsSchema = v.array(digestSchema);

/**
 * The releases that may not be retired, as whoever publishes has signed.
 * @throws DepotError `bad-format`
 */
export function pinsOf(targets: Targets): ReleaseId[] {
  const where = `${repository.metadataFile('targets', targets.version)}: ${PINS_FIELD}`;
  return parseJson(pinsSchema, renderJson(targets.unrecognizedFields[PINS_FIELD] ?? []), where);
}
