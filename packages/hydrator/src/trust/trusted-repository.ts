import {
  type Channel,
  channelOfTarget,
  type Digest,
  DepotError,
  digestOf,
  parseChannel,
  parseRelease,
  parseStoredListing,
  type Release,
  releaseOfTarget,
  type ReleaseId,
  type ReleaseLayer,
  repository,
  type StoredListing,
  targetName,
  type TargetName,
} from '../format/index.js';
import { fromAnyCopy, type Source } from '../source/source.js';
import type { VerifiedMetadata } from './metadata.js';

export interface VerifiedRelease {
  readonly id: ReleaseId;
  readonly release: Release;
  /** The manifest's exact bytes. */
  readonly bytes: Buffer;
}

interface SignedFile {
  readonly bytes: Buffer;
  /** The file, as messages should name it. */
  readonly where: string;
}

/** A repository behind verified metadata: what it returns has been hashed against something signed, then parsed. */
export class TrustedRepository {
  readonly #targets: ReadonlyMap<string, { readonly sha256: Digest; readonly size: number }>;

  constructor(
    readonly source: Source,
    readonly metadata: VerifiedMetadata,
  ) {
    const files = Object.values(metadata.store.targets?.signed.targets ?? {});
    this.#targets = new Map(
      files.map((file) => [
        file.path,
        { sha256: (file.hashes['sha256'] ?? '') as Digest, size: file.length },
      ]),
    );
  }

  /** Names of all TUF target files. */
  targetNames(): string[] {
    return [...this.#targets.keys()].sort();
  }

  channels(): string[] {
    return this.targetNames().flatMap((name) => channelOfTarget(name) ?? []);
  }

  releases(): ReleaseId[] {
    return this.targetNames().flatMap((name) => releaseOfTarget(name) ?? []);
  }

  /** @throws DepotError `not-found` (with the channels there are), `bad-digest`, `bad-format` */
  async channel(name: string): Promise<Channel> {
    const target = targetName.channel(name);
    if (!this.#targets.has(target)) {
      const known = this.channels();
      throw new DepotError('not-found', `${this.source.location}: no channel '${name}'`, {
        hint: known.length === 0 ? 'nothing has been published yet' : `channels here: ${known.join(', ')}`,
      });
    }
    const { bytes, where } = await this.#readTarget(target);
    return parseChannel(bytes.toString('utf8'), where);
  }

  /** @throws DepotError `not-found`, `bad-digest`, `bad-format` */
  async release(id: ReleaseId): Promise<VerifiedRelease> {
    const { bytes, where } = await this.#readTarget(targetName.release(id));
    return { id, release: parseRelease(bytes.toString('utf8'), where), bytes };
  }

  /**
   * The release that a full hash or a unique beginning of one names.
   * @throws DepotError `not-found` for none, `usage` for several
   */
  resolveRelease(prefix: string): ReleaseId {
    if (!/^[0-9a-f]{4,64}$/i.test(prefix)) {
      throw new DepotError('usage', `expected at least four hex digits of a release's hash, got '${prefix}'`);
    }
    const matches = this.releases().filter((id) => id.startsWith(prefix.toLowerCase()));
    const [first] = matches;
    if (first !== undefined && matches.length === 1) return first;
    const which = matches.length === 0 ? 'no release begins' : `${matches.length} releases begin`;
    throw new DepotError(
      matches.length === 0 ? 'not-found' : 'usage',
      `${this.source.location}: ${which} with '${prefix}'`,
      {
        hint: `releases here: ${(matches.length === 0 ? this.releases() : matches).map((id) => id.slice(0, 12)).join(', ')}`,
      },
    );
  }

  /** Which objects make up a layer. @throws DepotError `not-found`, `bad-digest`, `bad-format` */
  async listing(layer: ReleaseLayer): Promise<StoredListing> {
    const path = repository.listing(layer.tree);
    const { bytes, where } = await this.#readSigned(path, layer.listing);
    return parseStoredListing(bytes.toString('utf8'), layer.tree, where);
  }

  async #readTarget(name: TargetName): Promise<SignedFile> {
    const target = this.#targets.get(name);
    if (target === undefined)
      throw new DepotError('not-found', `${this.source.location}: no ${name} is published`);
    return this.#readSigned(repository.targetFile(name, target.sha256), target);
  }

  async #readSigned(
    path: string,
    signed: { readonly sha256: Digest; readonly size: number },
  ): Promise<SignedFile> {
    return fromAnyCopy(this.source, async (copy) => {
      const where = `${copy.location}/${path}`;
      const bytes = await copy.read(path, signed.size);
      const actual = digestOf(bytes);
      if (actual === signed.sha256) return { bytes, where };
      throw new DepotError('bad-digest', `${where}: expected SHA-256 ${signed.sha256}, got ${actual}`);
    });
  }
}
