import type { Source, TrustedRepository } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { noting, type Problem } from '../../maintenance/problem.js';
import { hashLike } from '../read/any-hash.js';
import { readHistory, type ReadTag } from '../read/history.js';
import { MANIFEST_FILE, type ReadManifest } from '../read/manifest.js';
import { readObject } from '../read/object.js';
import { readReflog, REFLOG_FILE } from '../read/reflog.js';

const MAX_REFLOG_BYTES = 256 * 1024 * 1024;

/** Checks tags, meta info and reflog: that they are there, and name what is in force and every release. */
export async function verifyHistory(
  trusted: TrustedRepository,
  manifest: ReadManifest,
  problems: Problem[],
): Promise<void> {
  const { source } = trusted;
  await noting(problems, async () => {
    if (manifest.metainfo !== undefined) await readObject(source, manifest.metainfo, 'M');
  });
  await noting(problems, async () => {
    if (manifest.history === undefined) throw missing(source, 'no tag database');
    const where = `${source.location}: tag database`;
    const tags = await readHistory(await readObject(source, manifest.history, 'H'), where);
    for (const tag of tags) await noting(problems, () => verifyTag(source, tag));
    await verifyNames(trusted, manifest, tags);
  });
  await noting(problems, () => verifyReflog(source, manifest));
}

async function verifyTag(source: Source, { name, catalog, catalogSize }: ReadTag): Promise<void> {
  const bytes = await readObject(source, catalog, 'C');
  if (bytes.length === catalogSize) return;
  throw new DepotError(
    'bad-format',
    `${source.location}: tag ${name}: expected a catalog of ${catalogSize} bytes, got ${bytes.length}`,
  );
}

async function verifyNames(
  trusted: TrustedRepository,
  { catalog, revision }: ReadManifest,
  tags: readonly ReadTag[],
): Promise<void> {
  const trunk = tags.find(({ name }) => name === 'trunk');
  if (trunk?.catalog !== catalog || trunk.revision !== revision) {
    throw missing(trusted.source, `tag trunk is not revision ${revision}`);
  }
  const names = new Set(tags.map(({ name }) => name));
  for (const id of trusted.releases()) {
    const { name } = (await trusted.release(id)).release;
    if (!names.has(name)) throw missing(trusted.source, `release ${name} has no tag`);
  }
}

async function verifyReflog(source: Source, manifest: ReadManifest): Promise<void> {
  if (manifest.reflog === undefined) return;
  const where = `${source.location}/${REFLOG_FILE}`;
  const bytes = await source.read(REFLOG_FILE, MAX_REFLOG_BYTES);
  const actual = hashLike(manifest.reflog, bytes);
  if (actual !== manifest.reflog) {
    throw new DepotError('bad-digest', `${where}: expected ${manifest.reflog}, got ${actual}`);
  }
  const listed = new Set((await readReflog(bytes, where)).map(({ hash }) => hash));
  for (const hash of [manifest.catalog, manifest.certificate, manifest.history, manifest.metainfo]) {
    if (hash !== undefined && !listed.has(hash))
      throw missing(source, `${REFLOG_FILE} does not list ${hash}`);
  }
}

function missing(source: Source, what: string): DepotError {
  return new DepotError('bad-format', `${source.location}: ${MANIFEST_FILE}: ${what}`);
}
