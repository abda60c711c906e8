import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { type AnyHash, type ObjectKind, pathOfObject } from '../../cvmfs/read/any-hash.js';
import { readCatalog } from '../../cvmfs/read/catalog.js';
import type { ReadTag } from '../../cvmfs/read/history.js';
import type { ReadManifest } from '../../cvmfs/read/manifest.js';
import { readObject } from '../../cvmfs/read/object.js';
import type { Reference } from '../../cvmfs/write/reflog.js';
import { nameOf } from './mark-trust.js';
import type { Chain, Reached } from './reached.js';

/** What CernVM-FS clients and tools may still ask for. */
export interface NamespaceRoots {
  readonly manifest: ReadManifest;
  readonly tags: readonly ReadTag[];
  /** What the reference log lists. */
  readonly references: readonly (Reference & { readonly hash: AnyHash })[];
}

const SUFFIXES: Readonly<Record<Reference['kind'], ObjectKind>> = {
  catalog: 'C',
  certificate: 'X',
  history: 'H',
  metainfo: 'M',
};

/**
 * Marks every revision that is in force, tagged, or listed in the reference log: its catalogs and what they refer to.
 * @throws DepotError as reading them does; a listed object that is not there, as in a mirror, is nobody's to keep
 */
export async function markNamespace(
  source: Source,
  { manifest, tags, references }: NamespaceRoots,
  reached: Reached,
): Promise<void> {
  const catalogs = new Set<AnyHash>();
  const now = [`CernVM-FS revision ${manifest.revision}, in force`];
  await markCatalog(source, manifest.catalog, now, reached, catalogs);
  for (const kind of ['certificate', 'history', 'metainfo'] as const) {
    const hash = manifest[kind];
    if (hash !== undefined) mark(hash, SUFFIXES[kind], now, kind, reached);
  }
  for (const { name, revision, catalog } of tags) {
    const chain = [`CernVM-FS tag ${name}, revision ${revision}`];
    await markCatalog(source, catalog, chain, reached, catalogs);
  }
  for (const { kind, hash, time } of references) {
    const chain = [`CernVM-FS reference log, ${new Date(time * 1000).toISOString()}`];
    if (kind !== 'catalog') mark(hash, SUFFIXES[kind], chain, kind, reached);
    else await unlessMissing(() => markCatalog(source, hash, chain, reached, catalogs));
  }
}

async function markCatalog(
  source: Source,
  hash: AnyHash,
  above: Chain,
  reached: Reached,
  seen: Set<AnyHash>,
): Promise<void> {
  const chain = mark(hash, 'C', above, 'catalog', reached);
  if (seen.has(hash)) return;
  const where = `${source.location}/${pathOfObject(hash, 'C')}`;
  const { entries, nested } = await readCatalog(await readObject(source, hash, 'C'), where);
  seen.add(hash);
  for (const { name, type, external, chunked, hash: whole, chunks } of entries) {
    if (type !== 'file' || external) continue;
    const pieces = chunked ? chunks.map((chunk) => chunk.hash) : [whole];
    for (const piece of pieces) {
      if (piece !== undefined) mark(piece, chunked ? 'P' : '', chain, `of ${name}`, reached);
    }
  }
  for (const catalog of nested) await markCatalog(source, catalog.hash, chain, reached, seen);
}

function mark(hash: AnyHash, kind: ObjectKind, above: Chain, what: string, reached: Reached): Chain {
  const path = pathOfObject(hash, kind);
  const chain = [...above, `object ${nameOf(path)}, ${what}`];
  reached.add(path, chain);
  return chain;
}

async function unlessMissing(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof DepotError) || error.code !== 'not-found') throw error;
  }
}
