import { DepotError, type Digest, digestOf, repository } from '../format/index.js';
import { isUrl } from '../source/open-source.js';
import { fromAnyCopy, type Source } from '../source/source.js';
import { refreshMetadata } from './metadata.js';
import { metadataVersion } from './metadata-version.js';
import type { TrustState } from './state.js';
import { TrustedRepository } from './trusted-repository.js';

export interface TrustOptions {
  /** A root the caller got out of band: everything must descend from it. */
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
  const { state, trustedRoot, warn = () => undefined } = options;
  const saved = await state?.load();
  if (saved !== undefined && trustedRoot !== undefined) refuseOther(saved.root, trustedRoot, source.location);
  const root = trustedRoot ?? saved?.root ?? (await firstUse(source, warn));
  // A given root is where the walk begins, also when a newer one is remembered: that one must descend from it.
  const metadata = await fromAnyCopy(source, async (copy) => {
    const verified = await refreshMetadata(copy, { ...saved, root });
    if (saved !== undefined) refuseOlder(saved.root, verified.bytes.root, copy.location);
    return verified;
  });
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

function refuseOther(saved: Buffer, given: Buffer, location: string): void {
  if (metadataVersion(saved) !== metadataVersion(given) || saved.equals(given)) return;
  throw otherRoot(saved, given, location);
}

function refuseOlder(saved: Buffer, reached: Buffer, location: string): void {
  const [before, now] = [metadataVersion(saved), metadataVersion(reached)];
  if (now > before || (now === before && saved.equals(reached))) return;
  throw otherRoot(saved, reached, location);
}

function otherRoot(saved: Buffer, other: Buffer, location: string): DepotError {
  return new DepotError(
    'bad-signature',
    `${location}: this node trusts root ${rootFingerprint(saved)}, not ${rootFingerprint(other)}`,
    {
      hint: 'if the repository was made anew, have this node forget the old one: remove its state directory',
    },
  );
}

async function firstUse(source: Source, warn: (message: string) => void): Promise<Buffer> {
  // Whoever can write a directory is trusted anyway; a mirror of it is another's.
  if (isUrl(source.location) || source.fromCopies !== undefined) {
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
  return root;
}
