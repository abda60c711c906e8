import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import type { PreviousRevision } from './previous-revision.js';
import { readReflog, REFLOG_FILE } from './read/reflog.js';
import type { Reference } from './write/reflog.js';

const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Everything that revisions up to now have referred to. A reflog that is missing or damaged begins anew with what is in
 * force: it tells CernVM-FS' own tools what they may collect, and what it does not list they leave alone.
 */
export async function knownReferences(
  source: Source,
  previous: PreviousRevision | undefined,
): Promise<Reference[]> {
  if (previous === undefined) return [];
  try {
    return await readReflog(await source.read(REFLOG_FILE, MAX_BYTES), `${source.location}/${REFLOG_FILE}`);
  } catch (error) {
    if (error instanceof DepotError) return referencesOf(previous);
    throw error;
  }
}

function referencesOf({ manifest, tags }: PreviousRevision): Reference[] {
  const { catalog, certificate, history, metainfo, time } = manifest;
  return [
    ...tags.map(({ catalog, time }) => ({ kind: 'catalog', hash: catalog, time }) as const),
    { kind: 'catalog', hash: catalog, time },
    { kind: 'certificate', hash: certificate, time },
    ...(history === undefined ? [] : [{ kind: 'history', hash: history, time } as const]),
    ...(metainfo === undefined ? [] : [{ kind: 'metainfo', hash: metainfo, time } as const]),
  ];
}

/** Each object once, as first referred to. */
export function mergeReferences(references: readonly Reference[]): Reference[] {
  return [
    ...new Map(references.toReversed().map((reference) => [reference.hash, reference])).values(),
  ].reverse();
}
