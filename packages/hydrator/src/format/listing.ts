import { type Digest, digestOf, parseDigest } from './digest.js';
import { DepotError } from './error.js';
import { comparePaths, parseRelativePath, type RelativePath, resolveLink } from './relative-path.js';

export interface DirectoryEntry {
  readonly type: 'directory';
  readonly path: RelativePath;
}

export interface FileEntry {
  readonly type: 'file';
  readonly path: RelativePath;
  readonly executable: boolean;
  /** Bytes. */
  readonly size: number;
  readonly sha256: Digest;
}

export interface LinkEntry {
  readonly type: 'symlink';
  readonly path: RelativePath;
  readonly target: string;
}

/** One path of a layer. Owners, times and other mode bits are not part of a layer: nodes see 0444, 0555 and mtime 1. */
export type ListingEntry = DirectoryEntry | FileEntry | LinkEntry;

/** A layer's paths, sorted by {@link comparePaths}, each parent before its children; the root itself is not listed. */
export type Listing = readonly ListingEntry[];

const HEADER = 'depotcast-listing/1';

/** The canonical text whose SHA-256 is the tree digest: a header, then one tab-separated line an entry. */
export function renderListing(listing: Listing): string {
  return `${[HEADER, ...listing.map(renderEntry)].join('\n')}\n`;
}

/** SHA-256 of the canonical listing: equal exactly when two trees are equal in all that a layer holds. */
export function treeDigestOf(listing: Listing): Digest {
  return digestOf(renderListing(listing));
}

/** @throws DepotError `bad-format`, naming `where` and the line. */
export function parseListing(text: string, where: string): Listing {
  return checkListing(
    parseLines(text, HEADER, where, (line, place) => parseEntry(line, place)),
    where,
  );
}

export function renderEntry(entry: ListingEntry): string {
  switch (entry.type) {
    case 'directory':
      return `d\t${escapeField(entry.path)}`;
    case 'file':
      return `${entry.executable ? 'x' : 'f'}\t${escapeField(entry.path)}\t${entry.size}\t${entry.sha256}`;
    case 'symlink':
      return `l\t${escapeField(entry.path)}\t${escapeField(entry.target)}`;
  }
}

export function parseEntry(line: string, where: string): ListingEntry {
  const [type = '', rawPath = '', ...fields] = line.split('\t');
  const path = parseRelativePath(unescapeField(rawPath, where), where);
  const [first = '', second = ''] = fields;
  if (type === 'd' && fields.length === 0) return { type: 'directory', path };
  if (type === 'l' && fields.length === 1) {
    return { type: 'symlink', path, target: unescapeField(first, where) };
  }
  if ((type === 'f' || type === 'x') && fields.length === 2) {
    const sha256 = parseDigest(second, where);
    return { type: 'file', path, executable: type === 'x', size: parseSize(first, where), sha256 };
  }
  throw new DepotError('bad-format', `${where}: not a listing entry: ${JSON.stringify(line.slice(0, 200))}`);
}

/** Splits a text of ours into its lines below the header line. */
export function parseLines<T>(
  text: string,
  header: string,
  where: string,
  parse: (line: string, place: string) => T,
): T[] {
  const lines = text.split('\n');
  if (lines[0] !== header) {
    throw new DepotError(
      'bad-format',
      `${where}: expected '${header}' in the first line, got '${lines[0]?.slice(0, 80) ?? ''}'`,
    );
  }
  if (lines.pop() !== '') throw new DepotError('bad-format', `${where}: truncated: no newline at the end`);
  return lines.slice(1).map((line, index) => parse(line, `${where}: line ${index + 2}`));
}

/**
 * What no single entry shows: order, duplicates, missing parents, paths below a link, links that leave the layer, names
 * that some file systems take for one.
 * @throws DepotError `bad-format`
 */
export function checkListing<T extends ListingEntry>(listing: readonly T[], where: string): readonly T[] {
  const directories = new Set<string>(['']);
  const folded = new Set<string>();
  let previous = '';
  for (const entry of listing) {
    const { path } = entry;
    const refuse = (why: string): never => {
      throw new DepotError('bad-format', `${where}: '${path}' ${why}`);
    };
    if (comparePaths(previous, path) >= 0) refuse('is out of order or listed twice');
    if (!directories.has(path.slice(0, Math.max(0, path.lastIndexOf('/')))))
      refuse('has no directory entry above it');
    const fold = path.normalize('NFC').toLowerCase();
    if (folded.has(fold)) refuse('differs from another path only by case or Unicode form');
    folded.add(fold);
    if (entry.type === 'directory') directories.add(path);
    if (entry.type === 'symlink') resolveLink(path, entry.target, where);
    previous = path;
  }
  return listing;
}

export function parseSize(text: string, where: string): number {
  const size = Number(text);
  if (/^(?:0|[1-9][0-9]*)$/.test(text) && Number.isSafeInteger(size)) return size;
  throw new DepotError('bad-format', `${where}: expected a size in bytes, got '${text}'`);
}

// eslint-disable-next-line no-control-regex -- control characters are what must not stand in a line bare
const UNSAFE = /[%\x00-\x1f\x7f]/g;

function escapeField(text: string): string {
  return text.replace(UNSAFE, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function unescapeField(text: string, where: string): string {
  const plain = text.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  if (escapeField(plain) === text) return plain;
  throw new DepotError('bad-format', `${where}: badly escaped field ${JSON.stringify(text)}`);
}
