import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { currentEntry, DepotError } from '../format/index.js';
import { openTrusted } from '../trust/open.js';
import { DirectoryState } from '../trust/state.js';
import type { TrustedRepository, VerifiedRelease } from '../trust/trusted-repository.js';
import { locate, type Location } from './locate.js';

export interface ReleaseOptions {
  readonly repo: string;
  /** Further copies of the repository, in the order in which they are asked. */
  readonly mirror?: readonly string[] | undefined;
  /** Either a channel or a release's hash. */
  readonly channel?: string | undefined;
  readonly release?: string | undefined;
  /** File with a TUF root got out of band. */
  readonly root?: string | undefined;
  /** Directory that remembers the highest versions seen; without one nothing is remembered. */
  readonly state?: string | undefined;
}

export interface OpenRelease {
  readonly location: Location;
  readonly repository: TrustedRepository;
  readonly verified: VerifiedRelease;
}

/** Opens the wished release behind verified metadata. @throws DepotError as the parts do */
export async function openRelease(
  options: ReleaseOptions,
  warn: (message: string) => void,
): Promise<OpenRelease> {
  const location = await locate(options.repo, options.mirror, (message) => {
    warn(`warning: ${message}`);
  });
  const { source, kind } = location;
  const state =
    options.state === undefined ? undefined : new DirectoryState(resolve(options.state), source.location);
  // A mounted tree is trusted as far as its mount is: what a node remembers of it, or not, adds little.
  const isTrusted = kind === 'tree' && options.root === undefined;
  const repository = await openTrusted(source, {
    ...(options.root === undefined ? {} : { trustedRoot: await readRoot(options.root) }),
    ...(state === undefined || (isTrusted && !(await isReadable(state))) ? {} : { state }),
    warn: isTrusted ? () => undefined : warn,
  });
  return { location, repository, verified: await wishedRelease(repository, options) };
}

async function isReadable(state: DirectoryState): Promise<boolean> {
  try {
    await state.load();
    return true;
  } catch (error) {
    if (error instanceof DepotError) return false;
    throw error;
  }
}

async function wishedRelease(
  repository: TrustedRepository,
  { channel, release }: ReleaseOptions,
): Promise<VerifiedRelease> {
  if (release !== undefined) return repository.release(repository.resolveRelease(release));
  if (channel !== undefined)
    return repository.release(currentEntry(await repository.channel(channel)).release);
  throw new DepotError('usage', 'neither a channel nor a release was named', {
    hint: `give --channel NAME (channels here: ${repository.channels().join(', ') || 'none'}) or --release HASH`,
  });
}

async function readRoot(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new DepotError(
      'not-found',
      `${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? ''})`,
      {
        cause,
        hint: '--root takes the root.json that the publisher handed out',
      },
    );
  }
}
