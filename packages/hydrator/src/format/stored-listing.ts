import { type Digest } from './digest.js';
import { DepotError } from './error.js';
import {
  checkListing,
  type DirectoryEntry,
  type FileEntry,
  type LinkEntry,
  parseEntry,
  parseLines,
  parseSize,
  renderEntry,
  treeDigestOf,
} from './listing.js';
import { type ObjectHash, objectPath, parseObjectHash } from './object-name.js';

/** A piece of a file's content: consecutive, in order, together the whole file. */
export interface Piece {
  readonly hash: ObjectHash;
  /** Bytes of content, before compression. */
  readonly size: number;
}

/** Where a file's bytes are in the repository. One piece is a whole file; several are chunks with suffix `P`. */
export interface StoredContent {
  readonly compression: 'zlib' | 'raw';
  readonly pieces: readonly Piece[];
}

export interface StoredFileEntry extends FileEntry {
  readonly content: StoredContent;
}

export type StoredEntry = DirectoryEntry | StoredFileEntry | LinkEntry;

/** A {@link Listing} that also says which objects hold each file: `.depot/listings/<tree digest>`. */
export type StoredListing = readonly StoredEntry[];

const HEADER = 'depotcast-stored-listing/1';

export function renderStoredListing(listing: StoredListing): string {
  return `${[HEADER, ...listing.map(renderStoredEntry)].join('\n')}\n`;
}

/**
 * Parses a stored listing and proves that it describes the tree it is named after.
 * @throws DepotError `bad-format` for a text that is none, `bad-digest` for one that describes another tree.
 */
export function parseStoredListing(text: string, tree: Digest, where: string): StoredListing {
  const listing = checkListing(parseLines(text, HEADER, where, parseStoredEntry), where);
  const actual = treeDigestOf(listing);
  if (actual === tree) return listing;
  throw new DepotError('bad-digest', `${where}: expected tree digest ${tree}, got ${actual}`);
}

/** Repository paths of the objects of a file, in the order of its pieces. */
export function objectPathsOf(content: StoredContent): string[] {
  const suffix = content.pieces.length > 1 ? 'P' : '';
  return content.pieces.map((piece) => objectPath(piece.hash, suffix));
}

function renderStoredEntry(entry: StoredEntry): string {
  if (entry.type !== 'file') return renderEntry(entry);
  const pieces = entry.content.pieces.map((piece) => `${piece.hash}:${piece.size}`);
  return `${renderEntry(entry)}\t${entry.content.compression}\t${pieces.join(',')}`;
}

function parseStoredEntry(line: string, where: string): StoredEntry {
  const fields = line.split('\t');
  if (fields[0] !== 'f' && fields[0] !== 'x') return parseEntry(line, where) as DirectoryEntry | LinkEntry;
  const [compression = '', pieces = ''] = fields.splice(4);
  const entry = parseEntry(fields.join('\t'), where) as FileEntry;
  if (compression !== 'zlib' && compression !== 'raw') {
    throw new DepotError('bad-format', `${where}: expected compression zlib or raw, got '${compression}'`);
  }
  const content = {
    compression,
    pieces: pieces.split(',').map((piece) => parsePiece(piece, where)),
  } as const;
  const total = content.pieces.reduce((sum, piece) => sum + piece.size, 0);
  if (total === entry.size) return { ...entry, content };
  throw new DepotError('bad-format', `${where}: expected pieces of ${entry.size} bytes in all, got ${total}`);
}

function parsePiece(text: string, where: string): Piece {
  const [hash = '', size = ''] = text.split(':');
  return { hash: parseObjectHash(hash, where), size: parseSize(size, where) };
}
