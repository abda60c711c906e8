import type { Source } from '@depotcast/hydrator';
import { DepotError, repository } from '@depotcast/hydrator/format';
import * as v from 'valibot';
import { readManifest } from '../cvmfs/read/manifest.js';
import type { OpenRepository } from '../repository/open-repository.js';
import { readIfPresent } from '../trust/metadata-file.js';
import type { Pointers } from './pointers.js';

const timestamp = v.pipe(v.string(), v.parseJson(), v.object({ signed: v.object({ version: v.number() }) }));

/**
 * A source that is behind its mirror is being replayed, or is not the source.
 * @throws DepotError `rollback`
 */
export async function refuseOlder(
  { state }: OpenRepository,
  pointers: Pointers | undefined,
  destination: Source,
): Promise<void> {
  const bytes = await readIfPresent(destination, repository.metadataFile('timestamp'));
  const known = v.safeParse(timestamp, bytes?.toString('utf8'));
  const version = known.success ? known.output.signed.version : 0;
  refuse('timestamp version', state.timestamp.signed.version, version, destination);
  if (pointers === undefined) return;
  refuse('CernVM-FS revision', pointers.manifest.revision, await revisionOf(destination), destination);
}

function refuse(what: string, source: number, mirror: number, { location }: Source): void {
  if (source >= mirror) return;
  throw new DepotError('rollback', `${location}: has ${what} ${mirror}, the source only ${source}`, {
    hint: 'ask who runs the source; if it was made anew, mirror it into an empty directory',
  });
}

async function revisionOf(destination: Source): Promise<number> {
  try {
    return (await readManifest(destination)).revision;
  } catch (error) {
    // What is missing or damaged is about to be written anew.
    if (error instanceof DepotError) return 0;
    throw error;
  }
}
