import { posix } from 'node:path';
import { renderActivate, type VerifiedRelease } from '@depotcast/hydrator';
import { parseRelativePath, type ReleaseLayer, tree } from '@depotcast/hydrator/format';
import type { OpenRepository } from '../repository/open-repository.js';
import { copyTrust } from './copy-trust.js';
import type { Selection } from './select-releases.js';
import type { Tree } from './tree.js';

/**
 * Writes all that nodes see beside the layers, which must be there already: trust metadata, releases, the hydrator; the
 * channels last.
 * @throws DepotError as reading a trusted repository does
 */
export async function writeNamespace(
  opened: OpenRepository,
  { releases, channels }: Selection,
  hydrator: Buffer,
  to: Tree,
): Promise<void> {
  await copyTrust(opened, distinctLayers(releases), to);
  for (const release of releases) await writeRelease(release, to);
  await to.file(tree.hydrator, hydrator, 0o555);
  for (const { name, release } of channels) await linkTo(to, tree.channel(name), tree.release(release));
}

/** The layers of several releases, each once. */
export function distinctLayers(releases: readonly VerifiedRelease[]): ReleaseLayer[] {
  const all = releases.flatMap(({ release }) => release.layers);
  return [...new Map(all.map((layer) => [layer.id, layer])).values()];
}

async function writeRelease({ id, release, bytes }: VerifiedRelease, to: Tree): Promise<void> {
  await to.file(tree.releaseManifest(id), bytes);
  await to.file(tree.activate(id), Buffer.from(renderActivate(release, id)), 0o555);
  const isOnly = release.environments.length === 1;
  for (const environment of release.environments) {
    parseRelativePath(environment.project, `release ${release.name}: environment '${environment.name}'`);
    await linkTo(to, tree.environmentLink(id, environment, isOnly), tree.project(environment));
  }
}

/** A relative link, so that the tree may be mounted anywhere. */
async function linkTo(to: Tree, path: string, target: string): Promise<void> {
  await to.link(path, posix.relative(posix.dirname(path), target));
}
