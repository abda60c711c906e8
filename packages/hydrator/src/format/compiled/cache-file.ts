import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Digest } from '../digest.js';
import { DepotError } from '../error.js';
import { type ByteSource, piecesOf } from './byte-source.js';
import { type CacheHeader, readCacheHeader, truncated } from './cache-header.js';
import type { Crc32c } from './crc32c.js';
import { Cursor, EndOfBytes } from './cursor.js';

/** A `.ji` file of which every byte has been read. */
export interface CacheFile {
  readonly header: CacheHeader;
  /** The files that were compiled, as they were then. */
  readonly texts: readonly SourceText[];
  readonly crc: { readonly recorded: number; readonly actual: number };
  /** Recorded CRC-32C of the library beside it, which holds the machine code; 0 without one, only from Julia 1.9 on. */
  readonly libraryCrc: number;
}

export interface SourceText {
  readonly path: string;
  readonly sha256: Digest;
}

const CRC_BYTES = 4;
/** A path's length, the path, and the length of the text. */
const MAX_TEXT_HEADER_BYTES = 4 + 64 * 1024 + 8;

/**
 * Reads a `.ji` file in pieces of a bounded size.
 * @throws DepotError `bad-format`, naming the file and the offset
 */
export async function readCacheFile(source: ByteSource, where: string, crc: Crc32c): Promise<CacheFile> {
  const header = await readCacheHeader(source, where);
  const { texts, end } = await readTexts(source, header.sourceTextAt, where);
  const trailer = header.flags === undefined ? CRC_BYTES : 2 * CRC_BYTES;
  if (source.size - end !== trailer) {
    throw new DepotError(
      'bad-format',
      `${where}: byte ${end}: expected ${trailer} bytes of checksums to the end, got ${source.size - end}`,
    );
  }
  const checksums = new Cursor(await source.read(end, trailer), where);
  const libraryCrc = header.flags === undefined ? 0 : checksums.u32();
  const recorded = checksums.u32();
  const actual = await crcOf(source, 0, source.size - CRC_BYTES, crc);
  return { header, texts, crc: { recorded, actual }, libraryCrc };
}

/** CRC-32C of a range of a source. */
export async function crcOf(source: ByteSource, from: number, to: number, crc: Crc32c): Promise<number> {
  crc.reset();
  for await (const piece of piecesOf(source, from, to)) crc.update(piece);
  return crc.value();
}

async function readTexts(
  source: ByteSource,
  start: number,
  where: string,
): Promise<{ texts: SourceText[]; end: number }> {
  const texts: SourceText[] = [];
  for (let at = start; ;) {
    const head = await readTextHeader(source, at, where);
    at += head.bytes;
    if (head.path === '') return { texts, end: at };
    if (at + head.size > source.size) throw truncated(where, source.size);
    const hash = sha256.create();
    for await (const piece of piecesOf(source, at, at + head.size)) hash.update(piece);
    texts.push({ path: head.path, sha256: bytesToHex(hash.digest()) as Digest });
    at += head.size;
  }
}

async function readTextHeader(
  source: ByteSource,
  at: number,
  where: string,
): Promise<{ path: string; size: number; bytes: number }> {
  if (at >= source.size) throw truncated(where, source.size);
  const cursor = new Cursor(await source.read(at, MAX_TEXT_HEADER_BYTES), `${where}: from byte ${at} on`);
  try {
    const path = cursor.text();
    const size = path === '' ? 0 : cursor.offset('the size of a source text');
    return { path, size, bytes: cursor.at };
  } catch (error) {
    throw error instanceof EndOfBytes ? truncated(where, source.size) : error;
  }
}
