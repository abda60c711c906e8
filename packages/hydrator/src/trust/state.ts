import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { requireOwn } from '../cache/own-directory.js';
import { replaceFile } from '../cache/replace-file.js';
import { DepotError, digestOf, parseJson, renderJson } from '../format/index.js';
import { findOrMake } from '../lock/find-or-make.js';
import type { SavedMetadata } from './metadata.js';
import { metadataVersion } from './metadata-version.js';

/** Remembers, per repository location, the metadata verified last: what makes a rollback or a swapped root visible. */
export interface TrustState {
  load(): Promise<SavedMetadata | undefined>;
  save(metadata: Required<SavedMetadata>): Promise<void>;
}

const stateSchema = v.strictObject({
  format: v.literal('depotcast-state/1'),
  location: v.string(),
  root: v.string(),
  timestamp: v.string(),
  snapshot: v.string(),
  targets: v.string(),
});

/** One file per repository below `directory`, replaced by rename, so that any number of jobs may share it. */
export class DirectoryState implements TrustState {
  readonly #file: string;

  constructor(
    readonly directory: string,
    readonly location: string,
  ) {
    this.#file = join(directory, `${digestOf(location).slice(0, 32)}.json`);
  }

  async load(): Promise<SavedMetadata | undefined> {
    const text = await readIfPresent(this.#file);
    if (text === undefined) return undefined;
    await requireOwn(this.directory);
    const state = parseJson(stateSchema, text, this.#file);
    return {
      root: Buffer.from(state.root),
      timestamp: Buffer.from(state.timestamp),
      snapshot: Buffer.from(state.snapshot),
      targets: Buffer.from(state.targets),
    };
  }

  /** @throws DepotError `storage` when the directory cannot be written. */
  async save(metadata: Required<SavedMetadata>): Promise<void> {
    const text = renderJson({
      format: 'depotcast-state/1',
      location: this.location,
      root: metadata.root.toString('utf8'),
      timestamp: metadata.timestamp.toString('utf8'),
      snapshot: metadata.snapshot.toString('utf8'),
      targets: metadata.targets.toString('utf8'),
    });
    // A slower job must not take the node back behind what a quicker one has seen, nor between its look and its write.
    const find = async (): Promise<true | undefined> => {
      const before = await this.load();
      const isKnown = before !== undefined && isNewer(before, metadata);
      return isKnown || text === (await readIfPresent(this.#file)) || undefined;
    };
    const make = async (): Promise<true> => {
      await replaceFile(this.#file, text, 0o600);
      return true;
    };
    try {
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
      await findOrMake(`${this.#file}.lock`, find, make);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (cause instanceof DepotError || code === undefined) throw cause;
      throw new DepotError('storage', `${this.#file}: cannot be written (${code})`, { cause });
    }
  }
}

function isNewer(a: SavedMetadata, b: Required<SavedMetadata>): boolean {
  const newer = (x: Buffer | undefined, y: Buffer): boolean =>
    x !== undefined && metadataVersion(x) > metadataVersion(y);
  return newer(a.root, b.root) || newer(a.timestamp, b.timestamp);
}

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new DepotError('storage', `${file}: cannot be read (${code})`, {
      cause,
      hint: 'what this node has seen before is kept there; name another directory with --state',
    });
  }
}
