import { EqualVersionError } from 'tuf-js/dist/error.js';
import { TrustedMetadataStore } from 'tuf-js/dist/store.js';
import { DepotError, type MetadataRole, repository } from '../format/index.js';
import type { Source } from '../source/source.js';
import { verifying } from './tuf-errors.js';

/** Exact bytes of the metadata that a node last verified; the highest versions it has seen. */
export interface SavedMetadata {
  readonly root: Buffer;
  readonly timestamp?: Buffer;
  readonly snapshot?: Buffer;
  readonly targets?: Buffer;
}

export interface VerifiedMetadata {
  readonly store: TrustedMetadataStore;
  /** What to save for the next time. */
  readonly bytes: Required<SavedMetadata>;
}

/** Bytes; tuf-js' own limits. */
const MAX_BYTES: Readonly<Record<MetadataRole, number>> = {
  root: 512_000,
  timestamp: 16_384,
  snapshot: 2_000_000,
  targets: 5_000_000,
};
const MAX_ROOT_ROTATIONS = 256;

/**
 * The client workflow of The Update Framework 1.0 (section 5): from a trusted root to the newest verified targets.
 * tuf-js' state machine judges every byte; this reads the files and keeps what to remember.
 * @throws DepotError `bad-signature`, `rollback`, `expired`, `bad-format`, `not-found`, `unreachable`
 */
export async function refreshMetadata(source: Source, saved: SavedMetadata): Promise<VerifiedMetadata> {
  const store = verifying('the trusted root', () => new TrustedMetadataStore(saved.root));
  const root = await updateRoot(source, store, saved.root);
  refuseExpired(source, 'root', store.root.signed);
  const timestamp = await updateTimestamp(source, store, saved.timestamp);
  refuseExpired(source, 'timestamp', store.timestamp?.signed);
  const snapshot = await updateSnapshot(source, store, saved.snapshot);
  const targets = await updateTargets(source, store, saved.targets);
  return { store, bytes: { root, timestamp, snapshot, targets } };
}

/** Said here, where it is known which file has expired; the state machine notices only with the next one. */
function refuseExpired(
  { location }: Source,
  role: 'root' | 'timestamp',
  signed: { readonly expires: string; readonly version: number; isExpired(): boolean } | undefined,
): void {
  if (signed?.isExpired() !== true) return;
  const path = repository.metadataFile(role, role === 'root' ? signed.version : undefined);
  const how = role === 'root' ? 'depot-publish refresh --root-keys-dir DIR' : 'depot-publish refresh';
  throw new DepotError('expired', `${location}/${path}: expired on ${signed.expires}`, {
    hint: `whoever publishes must run '${how}', or this is an old copy of the repository`,
  });
}

/** 5.3: every newer root, each signed by the one before and by itself. */
async function updateRoot(source: Source, store: TrustedMetadataStore, trusted: Buffer): Promise<Buffer> {
  refuseSharedKeys(store.root.signed, 'the trusted root');
  let bytes = trusted;
  for (let rotation = 0; rotation < MAX_ROOT_ROTATIONS; rotation++) {
    const path = repository.metadataFile('root', store.root.signed.version + 1);
    const next = await readIfPresent(source, path, MAX_BYTES.root);
    if (next === undefined) break;
    verifying(`${source.location}/${path}`, () => store.updateRoot(next));
    refuseSharedKeys(store.root.signed, path);
    bytes = next;
  }
  return bytes;
}

/** A key listed under two ids would count twice towards a threshold. */
function refuseSharedKeys(root: TrustedMetadataStore['root']['signed'], where: string): void {
  for (const [role, { keyIDs }] of Object.entries(root.roles)) {
    const values = keyIDs.map((id) => root.keys[id]?.keyVal['public']);
    if (new Set(values).size !== values.length) {
      throw new DepotError('bad-signature', `${where}: role ${role} lists one key under two ids`);
    }
  }
}

/** 5.4: the saved timestamp first, so that an older one is refused. */
async function updateTimestamp(source: Source, store: TrustedMetadataStore, saved?: Buffer): Promise<Buffer> {
  if (saved !== undefined) attempt(() => store.updateTimestamp(saved));
  const path = repository.metadataFile('timestamp');
  const bytes = await source.read(path, MAX_BYTES.timestamp);
  return verifying(`${source.location}/${path}`, () => {
    try {
      store.updateTimestamp(bytes);
      return bytes;
    } catch (error) {
      if (error instanceof EqualVersionError && saved !== undefined) return saved;
      throw error;
    }
  });
}

/** 5.5 */
async function updateSnapshot(source: Source, store: TrustedMetadataStore, saved?: Buffer): Promise<Buffer> {
  if (saved !== undefined && attempt(() => store.updateSnapshot(saved, true))) return saved;
  const meta = store.timestamp?.signed.snapshotMeta;
  const path = repository.metadataFile('snapshot', meta?.version ?? 1);
  const bytes = await source.read(path, meta?.length ?? MAX_BYTES.snapshot);
  verifying(`${source.location}/${path}`, () => store.updateSnapshot(bytes));
  return bytes;
}

/** 5.6 */
async function updateTargets(source: Source, store: TrustedMetadataStore, saved?: Buffer): Promise<Buffer> {
  const update = (bytes: Buffer): void => {
    store.updateDelegatedTargets(bytes, 'targets', 'root');
  };
  if (
    saved !== undefined &&
    attempt(() => {
      update(saved);
    })
  )
    return saved;
  const meta = store.snapshot?.signed.meta['targets.json'];
  const path = repository.metadataFile('targets', meta?.version ?? 1);
  const bytes = await source.read(path, meta?.length ?? MAX_BYTES.targets);
  verifying(`${source.location}/${path}`, () => {
    update(bytes);
  });
  return bytes;
}

/**
 * Saved metadata may be expired, superseded or signed by keys since revoked: then it is simply not used. tuf-js keeps
 * its versions in the state machine all the same, which is what refuses a rollback.
 */
function attempt(step: () => unknown): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}

async function readIfPresent(source: Source, path: string, maxBytes: number): Promise<Buffer | undefined> {
  try {
    return await source.read(path, maxBytes);
  } catch (error) {
    if (error instanceof DepotError && error.code === 'not-found') return undefined;
    throw error;
  }
}
