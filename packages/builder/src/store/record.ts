import { renderJson } from '@depotcast/hydrator/format';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type * as v from 'valibot';
import type { StageId } from '../plan/stage.js';
import type { BuildFolders } from './folders.js';
import { readWhole } from './read-file.js';
import { writeWhole } from './write-file.js';

/** Keeps what a stage found out, for the builds that reuse its work. */
export async function writeRecord(folders: BuildFolders, id: StageId, value: unknown): Promise<void> {
  await writeWhole(recordFile(folders, id), renderJson(value));
}

/** What a stage found out; undefined when it has not run to its end. */
export async function readRecord<T>(
  folders: BuildFolders,
  id: StageId,
  schema: v.GenericSchema<unknown, T>,
): Promise<T | undefined> {
  return readWhole(recordFile(folders, id), schema);
}

export async function removeRecord(folders: BuildFolders, id: StageId): Promise<void> {
  await rm(recordFile(folders, id), { force: true });
}

function recordFile({ records }: BuildFolders, id: StageId): string {
  return join(records, `${id}.json`);
}
