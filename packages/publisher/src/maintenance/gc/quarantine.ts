import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '@depotcast/hydrator/format';
import type { DurableWriter } from '../../files/durable-writer.js';
import { exists } from '../../files/exists.js';
import { listNames } from '../../files/list-names.js';
import { walkFiles } from '../../files/walk.js';
import { byDependence } from './garbage.js';

/** Files and bytes. */
export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

export function sumOf(files: readonly { readonly bytes: number }[]): Amount {
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** One collection's files, below `.depot/quarantine/<when>`, at the paths that they had. */
interface Batch {
  readonly name: string;
  readonly at: Date;
}

const BATCH = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** Where files go that are collected now. */
export function batchPath(now: Date): string {
  const name = now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  return `${repository.quarantine}/${name}`;
}

/** Files in quarantine, with the path that each had. */
export async function* quarantined(directory: string): AsyncGenerator<{ path: string; original: string }> {
  for (const { name } of await batchesOf(directory)) {
    const folder = `${repository.quarantine}/${name}`;
    for await (const path of walkFiles(directory, folder)) {
      yield { path, original: path.slice(folder.length + 1) };
    }
  }
}

/**
 * Moves what is wanted and not in its place back there, objects before what refers to them.
 * @returns the paths that are whole again
 */
export async function restore(writer: DurableWriter, isWanted: (path: string) => boolean): Promise<string[]> {
  const missing = new Map<string, string>();
  for await (const { path, original } of quarantined(writer.root)) {
    if (!isWanted(original) || (await exists(join(writer.root, original)))) continue;
    if (!missing.has(original)) missing.set(original, path);
  }
  const ordered = [...missing].sort(([a], [b]) => byDependence(b, a));
  for (const [original, path] of ordered) await writer.move(path, original);
  await writer.sync();
  return ordered.map(([original]) => original);
}

/** Deletes what was collected before `before`; nothing can refer to it any more. */
export async function deleteBatches(directory: string, before: Date, isDry: boolean): Promise<Amount> {
  const deleted: { bytes: number }[] = [];
  for (const { name, at } of await batchesOf(directory)) {
    if (at > before) continue;
    const folder = `${repository.quarantine}/${name}`;
    for await (const path of walkFiles(directory, folder)) {
      deleted.push({ bytes: (await stat(join(directory, path))).size });
    }
    if (!isDry) await rm(join(directory, folder), { recursive: true });
  }
  return sumOf(deleted);
}

/** Newest first. */
async function batchesOf(directory: string): Promise<Batch[]> {
  const names = await listNames(join(directory, repository.quarantine));
  const batches = names.flatMap((name) => {
    const match = BATCH.exec(name);
    if (match === null) return [];
    const [, year, month, day, hours, minutes, seconds] = match.map(Number);
    const at = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hours, minutes, seconds);
    return [{ name, at: new Date(at) }];
  });
  return batches.sort((a, b) => b.at.getTime() - a.at.getTime());
}
