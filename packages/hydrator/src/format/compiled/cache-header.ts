import { DepotError } from '../error.js';
import { isAtLeast } from '../julia-version.js';
import type { ByteSource } from './byte-source.js';
import { Cursor, EndOfBytes } from './cursor.js';

/** A module of one certain compilation. */
export interface CompiledModule {
  readonly name: string;
  /** In the usual spelling; all zeros for Core, Base and Main. */
  readonly uuid: string;
  /** Differs between any two compilations: 64 bits up to Julia 1.8, 128 from 1.9 on, the checksum of the image before the module's own. */
  readonly buildId: bigint;
}

/** A file that a package was compiled from, or that it has named with `include_dependency`. */
export interface SourceDependency {
  /** Absolute up to Julia 1.10, below `@depot` from 1.11 on. */
  readonly path: string;
  /** Seconds; -1 where size and checksum decide. */
  readonly mtime: number;
  /** Bytes and CRC-32C of the content; only from Julia 1.11 on. */
  readonly content: { readonly size: number; readonly crc: number } | undefined;
}

/** What a `.ji` file says of itself before its data. */
export interface CacheHeader {
  readonly julia: {
    readonly version: string;
    readonly system: string;
    readonly arch: string;
    readonly branch: string;
    readonly commit: string;
  };
  /** Options that it was compiled with, as the bits `OOICCDDP`; only from Julia 1.9 on. */
  readonly flags: number | undefined;
  /** Modules that it holds, the package's first. */
  readonly modules: readonly [CompiledModule, ...CompiledModule[]];
  readonly sources: readonly SourceDependency[];
  /** Compile-time preferences and the hash of their values; Julia 1.5 has none. */
  readonly preferences: { readonly names: readonly string[]; readonly hash: bigint } | undefined;
  /** Offset of the source texts. */
  readonly sourceTextAt: number;
  /** Every module that was loaded when it was compiled. */
  readonly required: readonly CompiledModule[];
  /** CPU targets of the machine code beside it, undecoded; empty without machine code. */
  readonly targets: Buffer;
}

const MAGIC = Buffer.from('fb6a6c690d0a1a0a', 'hex');
const BYTE_ORDER_MARK = 0xfeff;
const POINTER_BYTES = 8;
/** Formats of Julia 1.5 to 1.8, and of 1.9 to 1.13. */
const FORMATS = [11, 12] as const;

const FIRST_READ_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024 * 1024;

/**
 * Reads the header of a `.ji` file, and no more than that.
 * @throws DepotError `bad-format`, naming the file and the offset
 */
export async function readCacheHeader(source: ByteSource, where: string): Promise<CacheHeader> {
  for (let length = FIRST_READ_BYTES; ; length *= 4) {
    const bytes = await source.read(0, Math.min(length, source.size));
    try {
      return parseCacheHeader(bytes, where);
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      if (length >= source.size) throw truncated(where, source.size);
      if (length >= MAX_HEADER_BYTES)
        throw new DepotError('bad-format', `${where}: byte ${length}: the header goes on`);
    }
  }
}

export function truncated(where: string, at: number): DepotError {
  return new DepotError('bad-format', `${where}: byte ${at}: truncated`);
}

/**
 * @throws EndOfBytes when the header goes on after `bytes`
 * @see https://github.com/JuliaLang/julia/blob/v1.5.3/src/dump.c write_header and what follows it
 * @see https://github.com/JuliaLang/julia/blob/v1.12.5/src/staticdata_utils.c#L409
 */
function parseCacheHeader(bytes: Buffer, where: string): CacheHeader {
  const cursor = new Cursor(bytes, where);
  if (!cursor.take(MAGIC.length).equals(MAGIC)) cursor.fail('expected the beginning of a .ji file');
  const format = cursor.u16();
  if (FORMATS.every((known) => known !== format)) {
    cursor.fail(`expected .ji format ${FORMATS.join(' or ')}, got ${format}`);
  }
  if (cursor.u16() !== BYTE_ORDER_MARK) cursor.fail('expected little-endian bytes');
  if (cursor.u8() !== POINTER_BYTES) cursor.fail('expected 64-bit pointers');
  const [system, arch] = [cursor.zeroTerminated(), cursor.zeroTerminated()];
  const [version, branch, commit] = [
    cursor.zeroTerminated(),
    cursor.zeroTerminated(),
    cursor.zeroTerminated(),
  ];
  const hasMachineCode = format !== 11;
  const checksum = hasMachineCode ? readChecksum(cursor) : undefined;
  const flags = hasMachineCode ? cursor.u8() : undefined;
  const wide = (low: bigint) => (checksum === undefined ? low : (checksum << 64n) | low);
  const modules = cursor.list((name) => ({ name, uuid: readUuid(cursor), buildId: wide(cursor.u64()) }));
  const [first, ...others] = modules;
  if (first === undefined) return cursor.fail('expected a module');
  const dependencies = readDependencies(cursor, version, modules.length);
  const required = cursor.list((name) => {
    const uuid = readUuid(cursor);
    return {
      name,
      uuid,
      buildId: checksum === undefined ? cursor.u64() : (cursor.u64() << 64n) | cursor.u64(),
    };
  });
  const targets = hasMachineCode ? Buffer.from(cursor.take(readLength(cursor))) : Buffer.alloc(0);
  const julia = { version, system, arch, branch, commit };
  return { julia, flags, modules: [first, ...others], ...dependencies, required, targets };
}

/** Also skips where the data stands: it is covered by the checksum of the whole file, or of the library beside it. */
function readChecksum(cursor: Cursor): bigint {
  if (cursor.u8() !== 0) cursor.fail('expected a .ji file, got the data of a library');
  const checksum = cursor.u64();
  cursor.take(16);
  return checksum;
}

function readDependencies(
  cursor: Cursor,
  version: string,
  modules: number,
): Pick<CacheHeader, 'sources' | 'preferences' | 'sourceTextAt'> {
  const start = cursor.at;
  const total = cursor.offset('the size of the list of dependencies');
  const hasContent = since(version, '1.11', cursor);
  const hasPreferences = since(version, '1.6', cursor);
  const entries = cursor.list((path) => {
    const content = hasContent ? { size: cursor.offset('a file size'), crc: cursor.u32() } : undefined;
    const mtime = cursor.f64();
    const module = cursor.u32();
    if (module > modules) cursor.fail(`a dependency of module ${module} of ${modules}`);
    // The names of the modules between the package's and the one that includes the file.
    if (module !== 0) cursor.list(() => undefined);
    return { path, mtime, content };
  });
  const names = hasPreferences ? cursor.list((name) => name) : [];
  const preferences = hasPreferences ? { names, hash: cursor.u64() } : undefined;
  if (cursor.at - start !== total)
    cursor.fail(`expected ${total} bytes of dependencies, got ${cursor.at - start}`);
  const sourceTextAt = cursor.offset('the offset of the source texts');
  // A path that begins with NUL stands for a package that was looked up by its name.
  return { sources: entries.filter(({ path }) => !path.startsWith('\0')), preferences, sourceTextAt };
}

function since(version: string, minimum: string, cursor: Cursor): boolean {
  if (!/^\d+\.\d+\.\d+/.test(version))
    cursor.fail(`expected a Julia version, got ${JSON.stringify(version)}`);
  return isAtLeast(version, minimum);
}

function readLength(cursor: Cursor): number {
  const length = cursor.u32();
  if (length > MAX_HEADER_BYTES) cursor.fail(`CPU targets of ${length} bytes`);
  return length;
}

function readUuid(cursor: Cursor): string {
  const digits = [cursor.u64(), cursor.u64()].map((half) => half.toString(16).padStart(16, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
