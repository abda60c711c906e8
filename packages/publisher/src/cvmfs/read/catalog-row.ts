import * as v from 'valibot';
import { hashFromColumns } from './any-hash.js';
import type { Chunk, ReadEntry } from './catalog-entry.js';
import { column } from './rows.js';

/** Bits of a row's flags, and where its three-bit fields begin. */
const DIRECTORY = 1;
const MOUNTPOINT = 2;
const SYMLINK = 8;
const SPECIAL = 16;
const NESTED_ROOT = 32;
const CHUNKED = 64;
const EXTERNAL = 128;
const HASH_SHIFT = 8;
const COMPRESSION_SHIFT = 11;
const HIDDEN = 0x8000;

const S_IFMT = 0o170000;
const TYPE_BITS = { directory: 0o040000, file: 0o100000, symlink: 0o120000 } as const;

const COLUMNS =
  'md5path_1, md5path_2, parent_1, parent_2, hardlinks, hash, size, mode, flags, name, symlink, xattr';
export const CATALOG_SQL = `SELECT ${COLUMNS} FROM catalog`;
export const CHUNKS_SQL =
  'SELECT md5path_1, md5path_2, offset, size, hash FROM chunks ORDER BY md5path_1, md5path_2, offset';

export const catalogRow = v.object({
  ...{ md5path_1: column.key, md5path_2: column.key, parent_1: column.key, parent_2: column.key },
  ...{ hardlinks: column.key, hash: column.blob, size: column.number, mode: column.number },
  ...{ flags: column.number, name: column.text, symlink: column.text, xattr: column.blob },
});

export const chunkRow = v.object({
  ...{ md5path_1: column.key, md5path_2: column.key },
  ...{ offset: column.number, size: column.number, hash: column.blob },
});
export type ChunkRow = v.InferOutput<typeof chunkRow>;

/** A path's MD5 from the two signed, little-endian halves of a row, in hex. */
export function keyFromColumns(first: bigint, second: bigint): string {
  const digest = Buffer.alloc(16);
  digest.writeBigInt64LE(first, 0);
  digest.writeBigInt64LE(second, 8);
  return digest.toString('hex');
}

export function toEntry(row: v.InferOutput<typeof catalogRow>, chunks: readonly ChunkRow[]): ReadEntry {
  const { flags } = row;
  const has = (bit: number) => (flags & bit) !== 0;
  const algorithm = (flags >> HASH_SHIFT) & 7;
  return {
    key: keyFromColumns(row.md5path_1, row.md5path_2),
    parentKey: keyFromColumns(row.parent_1, row.parent_2),
    name: row.name,
    type: typeOf(row.mode, flags),
    role: has(MOUNTPOINT) ? 'mountpoint' : has(NESTED_ROOT) ? 'nested root' : 'plain',
    ...{ hidden: has(HIDDEN), external: has(EXTERNAL), chunked: has(CHUNKED) },
    raw: ((flags >> COMPRESSION_SHIFT) & 7) === 1,
    permissions: row.mode & ~S_IFMT,
    links: Number(row.hardlinks & 0xffffffffn),
    hardlinkGroup: Number(row.hardlinks >> 32n),
    size: row.size,
    target: row.symlink,
    hash: row.hash === null ? undefined : hashFromColumns(row.hash, algorithm),
    hasAttributes: row.xattr !== null,
    chunks: chunks.map((chunk) => toChunk(chunk, algorithm)),
  };
}

function toChunk({ offset, size, hash }: ChunkRow, algorithm: number): Chunk {
  return { offset, size, hash: hash === null ? undefined : hashFromColumns(hash, algorithm) };
}

/** What mode and flags agree on; what they do not agree on is special, which no tree of ours has. */
function typeOf(mode: number, flags: number): ReadEntry['type'] {
  const byFlags =
    (flags & DIRECTORY) !== 0
      ? 'directory'
      : (flags & SYMLINK) !== 0
        ? 'symlink'
        : (flags & SPECIAL) !== 0
          ? undefined
          : 'file';
  return byFlags !== undefined && TYPE_BITS[byFlags] === (mode & S_IFMT) ? byFlags : 'special';
}
