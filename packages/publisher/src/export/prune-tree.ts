import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { discardLayer, layerOfUnfinished, removeTree } from '@depotcast/hydrator';
import {
  DepotError,
  isDigest,
  isLayerId,
  type LayerId,
  parseRelease,
  type Release,
  type ReleaseId,
  releaseIdOf,
  repository,
  tree,
} from '@depotcast/hydrator/format';
import { readClaims } from '../channels/claims.js';
import { outdatedReleases } from '../channels/plan-retire.js';
import { listNames } from '../files/list-names.js';
import type { OpenRepository } from '../repository/open-repository.js';
import type { TreeWriter } from './tree-writer.js';

/** What was taken away of a tree. */
export interface Pruned {
  readonly releases: readonly ReleaseId[];
  readonly layers: readonly LayerId[];
}

export interface Pruning {
  /** A job that was started on a release may still run for as many days after the last channel has left it. */
  readonly days: number;
  readonly now: Date;
}

/**
 * Takes away what earlier exports wrote and the repository has retired since: releases that no channel has run for some
 * days, then the layers and listings that only these needed. Nothing else in the tree is touched. Only while nobody else
 * exports into it: a layer that is being written belongs to no release of the tree yet.
 * @throws DepotError `bad-digest` or `bad-format` for a damaged manifest; nothing is taken away then
 */
export async function pruneTree(
  opened: OpenRepository,
  writer: TreeWriter,
  { days, now }: Pruning,
): Promise<Pruned> {
  const { root } = writer;
  const known = opened.trusted.releases();
  const exported = (await listNames(join(root, tree.releases))).filter((name) => isDigest(name));
  const unlisted = exported.filter((id) => !known.includes(id));
  const releases = await outdated(unlisted, opened, { days, now });

  const kept = await Promise.all([
    ...known.map(async (id) => (await opened.trusted.release(id)).release),
    ...unlisted.filter((id) => !releases.includes(id)).map((id) => readExported(root, id)),
  ]);
  const needed = kept.flatMap(({ layers }) => layers);

  // A release goes before its layers: who finds it, finds it whole.
  await writer.directory(tree.releases);
  for (const id of releases) await removeTree(join(root, tree.release(id)));
  const layers = await pruneLayers(
    writer,
    needed.map(({ id }) => id),
  );
  await pruneListings(
    writer,
    needed.map((layer) => repository.listing(layer.tree)),
  );
  return { releases, layers };
}

/** Of releases that a repository no longer lists. One that no history names is of a newer state than this repository's. */
async function outdated(
  unlisted: readonly ReleaseId[],
  opened: OpenRepository,
  { days, now }: Pruning,
): Promise<ReleaseId[]> {
  const claims = await readClaims(opened);
  const published = claims.channels.flatMap(({ entries }) => entries.map(({ release }) => release));
  const retired = unlisted.filter((id) => published.includes(id)).map((id) => ({ id, name: id }));
  return outdatedReleases(retired, claims, { keepDays: days, now }).map(({ id }) => id);
}

async function readExported(root: string, id: ReleaseId): Promise<Release> {
  const file = join(root, tree.releaseManifest(id));
  const bytes = await readFile(file);
  if (releaseIdOf(bytes) === id) return parseRelease(bytes.toString('utf8'), file);
  throw new DepotError('bad-digest', `${file}: expected SHA-256 ${id}, got ${releaseIdOf(bytes)}`, {
    hint: `remove ${join(root, tree.release(id))} if no job uses that release any more`,
  });
}

async function pruneLayers(writer: TreeWriter, needed: readonly LayerId[]): Promise<LayerId[]> {
  await writer.directory(tree.layers);
  // What an export that was killed has left of a layer goes with it.
  const ids = (await listNames(join(writer.root, tree.layers))).flatMap((name) =>
    isLayerId(name) ? name : (layerOfUnfinished(name) ?? []),
  );
  const unneeded = [...new Set(ids)].filter((id) => !needed.includes(id));
  for (const id of unneeded) await discardLayer(writer.root, id);
  return unneeded;
}

async function pruneListings(writer: TreeWriter, needed: readonly string[]): Promise<void> {
  const digests = (await listNames(join(writer.root, repository.listings))).filter((name) => isDigest(name));
  const unneeded = digests
    .map((digest) => repository.listing(digest))
    .filter((path) => !needed.includes(path));
  for (const path of unneeded) await writer.remove(path);
}
