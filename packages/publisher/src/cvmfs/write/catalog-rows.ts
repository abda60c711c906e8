import type { ObjectHash } from '@depotcast/hydrator/format';
import type { CatalogEntry, CatalogFile } from './catalog-entry.js';
import { type CatalogPath, keyOf, nameOf, parentOf } from './catalog-path.js';
import type { SqlValue } from './insert.js';

/** Bits of the flags column. */
const FLAGS = {
  directory: 1,
  mountpoint: 2,
  file: 4,
  symlink: 8,
  nestedRoot: 32,
  chunked: 64,
  /** Content hash algorithm, three bits from here on: 2 is SHAKE-128. */
  shake128: 2 << 8,
  /** Objects hold the bytes as they are, not a zlib stream. */
  raw: 1 << 11,
  hidden: 0x8000,
} as const;

const MODES = { directory: 0o040555, symlink: 0o120777, file: 0o100444, executable: 0o100555 } as const;

/** What a directory's size column says; nobody reads it. */
const DIRECTORY_SIZE = 4096;
/** Seconds after the epoch: times are no part of a layer. */
const MTIME = 1;
const ROOT_USER = 0;

/** What a directory is besides: the place of a nested catalog, in the catalog above and in the nested one. */
export type DirectoryRole = 'plain' | 'mountpoint' | 'nested root';

/** Row of a directory. @param subdirectories how many it holds, as every file system counts links */
export function directoryRow(path: CatalogPath, role: DirectoryRole, subdirectories: number): SqlValue[] {
  const special = { plain: 0, mountpoint: FLAGS.mountpoint, 'nested root': FLAGS.nestedRoot }[role];
  return catalogRow(path, {
    links: 2 + subdirectories,
    hash: null,
    size: DIRECTORY_SIZE,
    mode: MODES.directory,
    flags: FLAGS.directory | special,
    target: '',
  });
}

export function leafRow(entry: Exclude<CatalogEntry, { type: 'directory' }>): SqlValue[] {
  if (entry.type === 'symlink') {
    const { path, target } = entry;
    const size = Buffer.byteLength(target);
    return catalogRow(path, {
      ...{ links: 1, hash: null, size, target },
      ...{ mode: MODES.symlink, flags: FLAGS.file | FLAGS.symlink },
    });
  }
  const { pieces } = entry.content;
  const whole = pieces.length === 1 ? pieces[0] : undefined;
  return catalogRow(entry.path, {
    links: 1,
    hash: whole === undefined ? null : digestOf(whole.hash),
    size: entry.size,
    mode: entry.executable ? MODES.executable : MODES.file,
    flags: fileFlags(entry),
    target: '',
  });
}

/** Rows of the chunks table for a file that is stored in several pieces. */
export function chunkRows({ path, content }: CatalogFile): SqlValue[][] {
  let offset = 0;
  return content.pieces.map(({ hash, size }) => {
    const row = [...keyOf(path), offset, size, digestOf(hash)];
    offset += size;
    return row;
  });
}

interface Stat {
  readonly links: number;
  readonly hash: Buffer | null;
  readonly size: number;
  readonly mode: number;
  readonly flags: number;
  readonly target: string;
}

/** The columns in the order in which the catalog table declares them. */
function catalogRow(path: CatalogPath, { links, hash, size, mode, flags, target }: Stat): SqlValue[] {
  // Only the repository's own root has no parent, not even itself.
  const parent = path === '' ? [0, 0] : keyOf(parentOf(path));
  const [nanoseconds, xattr] = [null, null];
  return [
    ...[...keyOf(path), ...parent, links, hash, size, mode, MTIME, nanoseconds],
    ...[flags, nameOf(path), target, ROOT_USER, ROOT_USER, xattr],
  ];
}

function fileFlags({ content, hidden }: CatalogFile): number {
  return (
    FLAGS.file |
    FLAGS.shake128 |
    (content.compression === 'raw' ? FLAGS.raw : 0) |
    (content.pieces.length > 1 ? FLAGS.chunked : 0) |
    (hidden === true ? FLAGS.hidden : 0)
  );
}

function digestOf(hash: ObjectHash): Buffer {
  return Buffer.from(hash, 'hex');
}
