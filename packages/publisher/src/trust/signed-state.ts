import { DepotError, repository } from '@depotcast/hydrator/format';
import type { Source } from '@depotcast/hydrator';
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

/** The metadata in force: what a timestamp leads to, whatever else lies around. */
export interface SignedState {
  readonly root: Metadata<Root>;
  readonly timestamp: Metadata<Timestamp>;
  readonly snapshot: Metadata<Snapshot>;
  readonly targets: Metadata<Targets>;
}

type JsonObject = ReturnType<Metadata<Root>['toJSON']>;

/** Bytes; TUF metadata that is longer was not written here. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads the metadata in force and checks signatures, versions and hashes, but not expiry: a publisher must be able to
 * renew what has expired. Everyone else reads through the hydrator's trusted repository, which refuses it.
 * @throws DepotError `bad-signature`, `bad-format`, `not-found`, naming the file
 */
export async function readSignedState(source: Source, trustedRoot: Buffer): Promise<SignedState> {
  const root = await readNewestRoot(source, trustedRoot);
  const timestamp = await readMetadata(source, 'timestamp', undefined, (json) => {
    const metadata = Metadata.fromJSON(MetadataKind.Timestamp, json);
    root.verifyDelegate('timestamp', metadata);
    return metadata;
  });
  const snapshot = await readMetadata(source, 'snapshot', timestamp.signed.snapshotMeta, (json) => {
    const metadata = Metadata.fromJSON(MetadataKind.Snapshot, json);
    root.verifyDelegate('snapshot', metadata);
    return metadata;
  });
  const targets = await readMetadata(source, 'targets', snapshot.signed.meta['targets.json'], (json) => {
    const metadata = Metadata.fromJSON(MetadataKind.Targets, json);
    root.verifyDelegate('targets', metadata);
    return metadata;
  });
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

function parseNextRoot(bytes: Buffer, previous: Metadata<Root>): Metadata<Root> {
  const next = parseRoot(bytes);
  previous.verifyDelegate('root', next);
  if (next.signed.version === previous.signed.version + 1) return next;
  throw new Error(`expected version ${previous.signed.version + 1}, got ${next.signed.version}`);
}

function parseRoot(bytes: Buffer): Metadata<Root> {
  const root = Metadata.fromJSON(MetadataKind.Root, parseObject(bytes));
  root.verifyDelegate('root', root);
  return root;
}

async function readMetadata<T extends { readonly signed: { readonly version: number } }>(
  source: Source,
  role: OnlineRole,
  meta: MetaFile | undefined,
  parse: (json: JsonObject) => T,
): Promise<T> {
  const path = repository.metadataFile(role, meta?.version);
  const bytes = await source.read(path, meta?.length ?? MAX_BYTES);
  return judging(`${source.location}/${path}`, () => {
    meta?.verify(bytes);
    const metadata = parse(parseObject(bytes));
    if (meta === undefined || metadata.signed.version === meta.version) return metadata;
    throw new Error(`expected version ${meta.version}, got ${metadata.signed.version}`);
  });
}

function parseObject(bytes: Buffer): JsonObject {
  return JSON.parse(bytes.toString('utf8')) as JsonObject;
}

/** Says which file was refused, whatever the models threw. */
function judging<T>(where: string, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    const code = cause instanceof SyntaxError ? 'bad-format' : 'bad-signature';
    throw new DepotError(code, `${where}: ${(cause as Error).message}`, { cause });
  }
}

async function readIfPresent(source: Source, path: string): Promise<Buffer | undefined> {
  try {
    return await source.read(path, MAX_BYTES);
  } catch (error) {
    if (error instanceof DepotError && error.code === 'not-found') return undefined;
    throw error;
  }
}
