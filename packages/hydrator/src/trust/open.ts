import { DepotError, type Digest, digestOf, repository } from '../format/index.js';
import { isUrl } from '../source/open-source.js';
import type { Source } from '../source/source.js';
import { refreshMetadata, type SavedMetadata } from './metadata.js';
import type { TrustState } from './state.js';
import { TrustedRepository } from './trusted-repository.js';

export interface TrustOptions {
  /** A root the caller got out of band; the state's own root is used where it is newer. */
  readonly trustedRoot?: Buffer;
  readonly state?: TrustState;
  /** Told what is less safe than it could be, one sentence at a time. */
  readonly warn?: (message: string) => void;
}

/** Bytes; the same limit as for later roots. */
const MAX_ROOT = 512_000;

/**
 * Opens a repository for reading: verified metadata, never older than what this node has seen.
 *
 * Without a root given or remembered, a local directory's own first root is trusted from then on (whoever can write the
 * directory is trusted anyway), with a warning that names its fingerprint; a URL is refused.
 * @throws DepotError as {@link refreshMetadata} does
 */
export async function openTrusted(source: Source, options: TrustOptions = {}): Promise<TrustedRepository> {
  const { state, warn = () => undefined } = options;
  const saved = await state?.load();
  const anchor = newest(saved, options.trustedRoot, source.location) ?? (await firstUse(source, warn));
  const metadata = await refreshMetadata(source, anchor);
  try {
    await state?.save(metadata.bytes);
  } catch (error) {
    if (!(error instanceof DepotError) || error.code !== 'storage') throw error;
    warn(`${error.message}; a rollback of the repository would go unnoticed on this node`);
  }
  return new TrustedRepository(source, metadata);
}

/** What people compare to know a root again: SHA-256 of its exact bytes. */
export function rootFingerprint(root: Uint8Array): Digest {
  return digestOf(root);
}

function newest(
  saved: SavedMetadata | undefined,
  given: Buffer | undefined,
  location: string,
): SavedMetadata | undefined {
  if (given === undefined) return saved;
  if (saved === undefined) return { root: given };
  const [newer, older] = [rootVersion(given), rootVersion(saved.root)];
  if (newer === older && !given.equals(saved.root)) {
    throw new DepotError(
      'bad-signature',
      `${location}: this node trusts root ${rootFingerprint(saved.root)}, the one given is ${rootFingerprint(given)}`,
      {
        hint: 'if the repository was made anew, have this node forget the old one: remove its state directory',
      },
    );
  }
  return newer > older ? { ...saved, root: given } : saved;
}

/** Only to choose between two roots that are both trusted. */
function rootVersion(bytes: Buffer): number {
  try {
    const root = JSON.parse(bytes.toString('utf8')) as { signed?: { version?: unknown } } | null;
    return typeof root?.signed?.version === 'number' ? root.signed.version : 0;
  } catch (cause) {
    throw new DepotError('bad-format', `the trusted root is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}

async function firstUse(source: Source, warn: (message: string) => void): Promise<SavedMetadata> {
  if (isUrl(source.location)) {
    throw new DepotError(
      'bad-signature',
      `${source.location}: no trusted root is known for this repository`,
      {
        hint: "give --root FILE with the root.json that 'depot-publish init' wrote and the publisher handed out",
      },
    );
  }
  const root = await source.read(repository.metadataFile('root', 1), MAX_ROOT);
  warn(`trusting ${source.location} on first use, root ${rootFingerprint(root)}; --root FILE pins it`);
  return { root };
}
