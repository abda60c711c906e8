import { DepotError } from '@depotcast/hydrator/format';
import pLimit from 'p-limit';
import { type AnyHash, hashLike, pathOfObject } from '../cvmfs/read/any-hash.js';
import { readCatalog } from '../cvmfs/read/catalog.js';
import type { ReadEntry } from '../cvmfs/read/catalog-entry.js';
import { readHistory } from '../cvmfs/read/history.js';
import type { ReadManifest } from '../cvmfs/read/manifest.js';
import { readObject } from '../cvmfs/read/object.js';
import { REFLOG_FILE } from '../cvmfs/read/reflog.js';
import type { Copier } from './copier.js';

/** Objects copied at a time. */
const CONCURRENCY = 8;
const MAX_REFLOG_BYTES = 256 * 1024 * 1024;

/**
 * Copies all that a CernVM-FS revision and its tags refer to. A catalog is copied after what it refers to, so that one
 * that is there is whole, down to the last file.
 * @throws DepotError as {@link Copier.object} does
 */
export async function mirrorCatalogs(manifest: ReadManifest, copier: Copier): Promise<void> {
  await copier.object(manifest.certificate, 'X');
  if (manifest.metainfo !== undefined) await copier.object(manifest.metainfo, 'M');
  for (const catalog of await rootsOf(manifest, copier)) await mirrorCatalog(catalog, copier);
  if (manifest.history !== undefined) await copier.object(manifest.history, 'H');
  if (manifest.reflog !== undefined) await mirrorReflog(manifest.reflog, copier);
}

async function mirrorReflog(expected: AnyHash, copier: Copier): Promise<void> {
  const { source } = copier;
  const bytes = await source.read(REFLOG_FILE, MAX_REFLOG_BYTES);
  const actual = hashLike(expected, bytes);
  if (actual !== expected) {
    throw new DepotError(
      'bad-digest',
      `${source.location}/${REFLOG_FILE}: expected ${expected}, got ${actual}`,
      {
        hint: 'if something was published just now, run the mirror again',
      },
    );
  }
  await copier.write(REFLOG_FILE, bytes);
}

/** The newest revision first: the older ones share most with it. */
async function rootsOf({ catalog, history }: ReadManifest, { source }: Copier): Promise<Set<AnyHash>> {
  if (history === undefined) return new Set([catalog]);
  const tags = await readHistory(await readObject(source, history, 'H'), `${source.location}: tag database`);
  return new Set([catalog, ...tags.map((tag) => tag.catalog)]);
}

async function mirrorCatalog(hash: AnyHash, copier: Copier): Promise<void> {
  if (await copier.hasObject(hash, 'C')) return;
  const where = `${copier.source.location}/${pathOfObject(hash, 'C')}`;
  const { entries, nested } = await readCatalog(await readObject(copier.source, hash, 'C'), where);
  await pLimit(CONCURRENCY).map(entries, async (entry) => mirrorFile(entry, copier));
  for (const catalog of nested) await mirrorCatalog(catalog.hash, copier);
  await copier.writer.sync();
  await copier.object(hash, 'C');
}

async function mirrorFile(entry: ReadEntry, copier: Copier): Promise<void> {
  if (entry.type !== 'file' || entry.external) return;
  if (!entry.chunked) return copyPiece(entry.hash, '', entry, copier);
  for (const { hash } of entry.chunks) await copyPiece(hash, 'P', entry, copier);
}

async function copyPiece(
  hash: AnyHash | undefined,
  kind: '' | 'P',
  { name }: ReadEntry,
  copier: Copier,
): Promise<void> {
  if (hash === undefined) {
    throw new DepotError('bad-format', `${copier.source.location}: ${name}: a file without content`);
  }
  await copier.object(hash, kind);
}
