import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openSource, openTrusted, type Source, type TrustedRepository } from '@depotcast/hydrator';
import { DepotError, renderJson, repository } from '@depotcast/hydrator/format';
import type { Targets } from '@tufjs/models';
import { isMissing } from '../files/missing.js';
import { ROOT_COPY } from '../trust/key-directory.js';
import { readSignedState, type SignedState } from '../trust/signed-state.js';
import { CONFIG_FIELD, parseConfig, type RepositoryConfig } from './config.js';
import { requireRepository } from './require-repository.js';

export interface OpenOptions {
  /** File with the root metadata to trust; `root.json` in the keys directory unless given. */
  readonly root?: string | undefined;
  readonly keys?: string | undefined;
  /** Told what is less safe than it could be, one sentence at a time. */
  readonly warn?: (message: string) => void;
}

/** A repository whose metadata has been verified and is in force. */
export interface OpenRepository {
  readonly directory: string;
  readonly trusted: TrustedRepository;
  readonly state: SignedState;
  readonly config: RepositoryConfig;
}

/** Where `init` puts the keys unless told otherwise: beside the repository, for what is inside it is served. */
export function defaultKeys(directory: string): string {
  return `${resolve(directory)}.keys`;
}

/**
 * Opens a repository through the hydrator's verification, to read it or to write on top of it. Without a root given or
 * found among the keys, its own first root is trusted, with a warning.
 * @throws DepotError `not-found` where there is none, `expired`, `bad-signature` and the like for one that fails
 */
export async function openRepository(directory: string, options: OpenOptions = {}): Promise<OpenRepository> {
  return openSourceRepository(
    await openDirectory(directory),
    await readTrustedRoot(directory, options),
    options,
  );
}

/**
 * The same for a repository wherever it is; from a URL, a root to trust is required.
 * @throws DepotError as {@link openRepository}
 */
export async function openSourceRepository(
  source: Source,
  trustedRoot: Buffer | undefined,
  { warn }: Pick<OpenOptions, 'warn'> = {},
): Promise<OpenRepository> {
  const trusted = await openTrusted(source, { ...(trustedRoot && { trustedRoot }), ...(warn && { warn }) });
  const { root, timestamp, snapshot, targets } = trusted.metadata.store;
  if (timestamp === undefined || snapshot === undefined || targets === undefined) {
    throw new Error('verified metadata is incomplete');
  }
  return {
    directory: source.location,
    trusted,
    state: { root, timestamp, snapshot, targets },
    config: configOf(targets.signed, source.location),
  };
}

/**
 * Opens a repository to renew its signatures: what has expired is accepted, everything else is verified.
 * @throws DepotError as {@link openRepository}; `not-found` also without a trusted root
 */
export async function openExpired(
  directory: string,
  options: OpenOptions,
): Promise<Pick<OpenRepository, 'directory' | 'state' | 'config'>> {
  const source = await openDirectory(directory);
  const root = await readTrustedRoot(directory, options);
  if (root === undefined) {
    throw new DepotError('not-found', `${options.keys ?? defaultKeys(directory)}: no ${ROOT_COPY}`, {
      hint: 'name the keys directory with --keys, or the trusted root with --root',
    });
  }
  const state = await readSignedState(source, root);
  return { directory, state, config: configOf(state.targets.signed, directory) };
}

async function openDirectory(directory: string): Promise<Source> {
  await requireRepository(directory, repository.metadataFile('timestamp'));
  return openSource(directory);
}

/** The root metadata to trust, where there is some. @throws DepotError `not-found` for a file that was named but is missing */
export async function readTrustedRoot(directory: string, options: OpenOptions): Promise<Buffer | undefined> {
  if (options.root === undefined) {
    return readOptional(join(options.keys ?? defaultKeys(directory), ROOT_COPY));
  }
  const root = await readOptional(options.root);
  if (root === undefined) throw new DepotError('not-found', `${options.root}: no such file, or not readable`);
  return root;
}

function configOf(targets: Targets, directory: string): RepositoryConfig {
  const where = `${directory}/${repository.metadataFile('targets', targets.version)}: ${CONFIG_FIELD}`;
  return parseConfig(renderJson(targets.unrecognizedFields[CONFIG_FIELD] ?? null), where);
}

/** Undefined also where this account may not look: the keys directory is its owner's, readers do without. */
async function readOptional(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'EACCES') return undefined;
    throw error;
  }
}
