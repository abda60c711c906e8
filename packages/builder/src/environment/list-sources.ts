import {
  checkListing,
  comparePaths,
  DepotError,
  digestOf,
  type Listing,
  type ListingEntry,
  parseRelativePath,
} from '@depotcast/hydrator/format';
import { dirname } from 'node:path';
import { scanTree } from '../store/scan-tree.js';
import type { SourcesPlan } from './plan-sources.js';

/** Never part of a package, and different in every clone. */
const SKIPPED = ['.git'];

/** The sources layer as it will be: its digest is known before anything is copied. */
export interface ListedSources {
  readonly listing: Listing;
  /** By path in the layer: the file that is copied there. */
  readonly files: ReadonlyMap<string, string>;
  /** By path in the layer: the text that is written there. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads every file that a plan takes in. @throws DepotError `bad-spec` for a file that no layer can hold */
export async function listSources(plan: SourcesPlan): Promise<ListedSources> {
  const entries = new Map<string, ListingEntry>();
  const files = new Map<string, string>();
  const add = (entry: ListingEntry): void => {
    entries.set(entry.path, entry);
    for (let path = dirname(entry.path); path !== '.'; path = dirname(path)) {
      entries.set(path, { type: 'directory', path: parseRelativePath(path, 'sources') });
    }
  };
  for (const { from, to } of plan.folders) {
    add({ type: 'directory', path: parseRelativePath(to, from) });
    for (const entry of await scanFolder(from)) {
      const path = parseRelativePath(`${to}/${entry.path}`, from);
      add({ ...entry, path });
      if (entry.type === 'file') files.set(path, `${from}/${entry.path}`);
    }
  }
  for (const { to, text } of plan.texts) {
    const path = parseRelativePath(to, 'sources');
    add({ type: 'file', path, executable: false, size: Buffer.byteLength(text), sha256: digestOf(text) });
  }
  const listing = [...entries.values()].sort((a, b) => comparePaths(a.path, b.path));
  return {
    listing: checked(listing),
    files,
    texts: new Map(plan.texts.map(({ to, text }) => [to, text])),
  };
}

function checked(listing: Listing): Listing {
  try {
    return checkListing(listing, 'sources');
  } catch (cause) {
    throw inSources(cause);
  }
}

async function scanFolder(folder: string): Promise<ListingEntry[]> {
  try {
    return await scanTree(folder, SKIPPED);
  } catch (cause) {
    throw inSources(cause);
  }
}

/** What no layer can hold is for the admin to correct, as a mistake in the spec is. */
function inSources(cause: unknown): unknown {
  if (!(cause instanceof DepotError)) return cause;
  const hint = cause.hint ?? 'correct or remove it in the package';
  return new DepotError('bad-spec', cause.message, { cause, hint });
}
