import type { TrustedRepository } from '@depotcast/hydrator';
import {
  DepotError,
  isDigest,
  objectPathsOf,
  parseRelease,
  type Release,
  releaseOfTarget,
  type ReleaseId,
  type ReleaseLayer,
  repository,
  type TargetName,
} from '@depotcast/hydrator/format';
import type { Targets } from '@tufjs/models';
import { sha256Of } from '../../files/sha256.js';
import { MAX_METADATA_BYTES } from '../../trust/metadata-file.js';
import type { Chain, Reached } from './reached.js';

/**
 * Marks all that targets metadata leads to: histories, manifests, listings, and the objects of every file.
 * @param rootOf says what a release is kept for
 * @throws DepotError for whatever cannot be read or is not what was signed: what is kept must be known, or nothing may go
 */
export async function markTargets(
  trusted: TrustedRepository,
  targets: Targets,
  reached: Reached,
  rootOf: (release: ReleaseId) => Chain,
): Promise<void> {
  for (const { path: name, hashes } of Object.values(targets.targets)) {
    const sha256 = hashes['sha256'] ?? '';
    if (!isDigest(sha256)) throw new DepotError('bad-format', `${name}: no SHA-256 in the targets metadata`);
    const file = repository.targetFile(name as TargetName, sha256);
    const release = releaseOfTarget(name);
    if (release === undefined) {
      reached.add(file, ['targets metadata', `history ${sha256} of ${name}`]);
      continue;
    }
    const { name: called, layers } = await readManifest(trusted, file, release);
    const chain = [...rootOf(release), `release ${called} (${release})`];
    reached.add(file, chain);
    for (const layer of layers) await markLayer(trusted, layer, reached, chain);
  }
}

async function readManifest({ source }: TrustedRepository, file: string, id: ReleaseId): Promise<Release> {
  const where = `${source.location}/${file}`;
  const bytes = await source.read(file, MAX_METADATA_BYTES);
  const actual = sha256Of(bytes);
  if (actual !== id) throw new DepotError('bad-digest', `${where}: expected SHA-256 ${id}, got ${actual}`);
  return parseRelease(bytes.toString('utf8'), where);
}

async function markLayer(
  trusted: TrustedRepository,
  layer: ReleaseLayer,
  reached: Reached,
  above: Chain,
): Promise<void> {
  const listing = repository.listing(layer.tree);
  const isKnown = reached.has(listing);
  const chain = [...above, `layer ${layer.id}, listing ${layer.tree}`];
  reached.add(listing, chain);
  if (isKnown && !reached.isAsked) return;
  for (const entry of await trusted.listing(layer)) {
    if (entry.type !== 'file') continue;
    for (const path of objectPathsOf(entry.content))
      reached.add(path, [...chain, `object ${nameOf(path)}, of ${entry.path}`]);
  }
}

/** `data/ab/cdef` is the object `abcdef`. */
export function nameOf(path: string): string {
  return path.replace(/^data\/|\//g, '');
}
