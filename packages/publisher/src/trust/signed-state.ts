import type { Source } from '@depotcast/hydrator';
import { repository } from '@depotcast/hydrator/format';
import {
  Metadata,
  MetadataKind,
  type MetaFile,
  type Root,
  type Snapshot,
  type Targets,
  type Timestamp,
} from '@tufjs/models';
import type { OnlineRole } from './key-directory.js';
import {
  judging,
  MAX_METADATA_BYTES,
  parseNextRoot,
  parseObject,
  parseRoot,
  readIfPresent,
} from './metadata-file.js';

/** The metadata in force: what a timestamp leads to, whatever else lies around. */
export interface SignedState {
  readonly root: Metadata<Root>;
  readonly timestamp: Metadata<Timestamp>;
  readonly snapshot: Metadata<Snapshot>;
  readonly targets: Metadata<Targets>;
}

/**
 * Reads the metadata in force and checks signatures, versions and hashes, but not expiry: a publisher must be able to
 * renew what has expired. Everyone else reads through the hydrator's trusted repository, which refuses it.
 * @throws DepotError `bad-signature`, `bad-format`, `not-found`, naming the file
 */
export async function readSignedState(source: Source, trustedRoot: Buffer): Promise<SignedState> {
  const root = await readNewestRoot(source, trustedRoot);
  const read = <T extends Metadata<Timestamp | Snapshot | Targets>>(
    role: OnlineRole,
    meta: MetaFile | undefined,
    parse: (bytes: Buffer) => T,
  ): Promise<T> => readMetadata(source, root, role, meta, parse);
  const timestamp = await read('timestamp', undefined, (bytes) =>
    Metadata.fromJSON(MetadataKind.Timestamp, parseObject(bytes)),
  );
  const snapshot = await read('snapshot', timestamp.signed.snapshotMeta, (bytes) =>
    Metadata.fromJSON(MetadataKind.Snapshot, parseObject(bytes)),
  );
  const targets = await read('targets', snapshot.signed.meta['targets.json'], (bytes) =>
    Metadata.fromJSON(MetadataKind.Targets, parseObject(bytes)),
  );
  return { root, timestamp, snapshot, targets };
}

/** From the trusted root on, every later one signed by the one before it and by itself. */
async function readNewestRoot(source: Source, trusted: Buffer): Promise<Metadata<Root>> {
  let root = judging('the trusted root', () => parseRoot(trusted));
  for (;;) {
    const path = repository.metadataFile('root', root.signed.version + 1);
    const bytes = await readIfPresent(source, path);
    if (bytes === undefined) return root;
    const previous = root;
    root = judging(`${source.location}/${path}`, () => parseNextRoot(bytes, previous));
  }
}

async function readMetadata<T extends Metadata<Timestamp | Snapshot | Targets>>(
  source: Source,
  root: Metadata<Root>,
  role: OnlineRole,
  meta: MetaFile | undefined,
  parse: (bytes: Buffer) => T,
): Promise<T> {
  const path = repository.metadataFile(role, meta?.version);
  const bytes = await source.read(path, meta?.length ?? MAX_METADATA_BYTES);
  return judging(`${source.location}/${path}`, () => {
    meta?.verify(bytes);
    const metadata = parse(bytes);
    root.verifyDelegate(role, metadata);
    if (meta === undefined || metadata.signed.version === meta.version) return metadata;
    throw new Error(`expected version ${meta.version}, got ${metadata.signed.version}`);
  });
}
