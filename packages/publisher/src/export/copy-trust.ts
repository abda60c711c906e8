import {
  channelOfTarget,
  DepotError,
  isDigest,
  releaseOfTarget,
  type ReleaseLayer,
  repository,
  targetName,
} from '@depotcast/hydrator/format';
import { sha256Of } from '../files/sha256.js';
import type { OpenRepository } from '../repository/open-repository.js';
import { MAX_METADATA_BYTES } from '../trust/metadata-file.js';
import type { Tree } from './tree.js';

/**
 * Copies what a hydrator needs to verify a mounted tree: the listings of its layers, all histories and manifests, and the
 * metadata; the timestamp last, for it leads to all the rest.
 * @throws DepotError `bad-digest` for a file that is not what was signed
 */
export async function copyTrust(
  opened: OpenRepository,
  layers: Iterable<ReleaseLayer>,
  writer: Tree,
): Promise<void> {
  for (const layer of layers) await copySigned(opened, repository.listing(layer.tree), layer.listing, writer);
  await copyTargets(opened, writer);
  await copyMetadata(opened, writer);
}

async function copyTargets(opened: OpenRepository, writer: Tree): Promise<void> {
  for (const { path, length, hashes } of Object.values(opened.state.targets.signed.targets)) {
    const sha256 = hashes['sha256'] ?? '';
    const release = releaseOfTarget(path);
    const channel = channelOfTarget(path);
    const name = release === undefined ? targetName.channel(channel ?? '') : targetName.release(release);
    if (!isDigest(sha256)) throw new DepotError('bad-format', `${path}: no SHA-256 in the targets metadata`);
    await copySigned(opened, repository.targetFile(name, sha256), { sha256, size: length }, writer);
  }
}

async function copyMetadata({ state, trusted }: OpenRepository, writer: Tree): Promise<void> {
  const { bytes } = trusted.metadata;
  for (let version = 1; version < state.root.signed.version; version++) {
    const path = repository.metadataFile('root', version);
    await writer.file(path, await trusted.source.read(path, MAX_METADATA_BYTES));
  }
  await writer.file(repository.metadataFile('root', state.root.signed.version), bytes.root);
  await writer.file(repository.metadataFile('targets', state.targets.signed.version), bytes.targets);
  await writer.file(repository.metadataFile('snapshot', state.snapshot.signed.version), bytes.snapshot);
  await writer.file(repository.metadataFile('timestamp'), bytes.timestamp);
}

async function copySigned(
  { trusted: { source } }: OpenRepository,
  path: string,
  signed: ReleaseLayer['listing'],
  writer: Tree,
): Promise<void> {
  const bytes = await source.read(path, signed.size);
  const actual = sha256Of(bytes);
  if (actual !== signed.sha256) {
    throw new DepotError(
      'bad-digest',
      `${source.location}/${path}: expected SHA-256 ${signed.sha256}, got ${actual}`,
    );
  }
  await writer.file(path, bytes);
}
