import { createHash } from 'node:crypto';
import { isAtLeast } from '../src/format/index.js';
import { createCrc32c } from '../src/format/compiled/crc32c.js';
import type { ByteSource } from '../src/format/compiled/byte-source.js';

const crc = await createCrc32c();

export function crc32c(bytes: Uint8Array): number {
  return crc.reset().update(bytes).value();
}

export interface WrittenModule {
  readonly name: string;
  readonly uuid: string;
  /** Lower 64 bits. */
  readonly build: bigint;
}

export interface WrittenRequirement extends WrittenModule {
  /** Upper 64 bits; written from Julia 1.9 on. */
  readonly image?: bigint;
}

export interface WrittenSource {
  readonly path: string;
  readonly text: string;
  /** 1 up to Julia 1.10, -1 from 1.11 on, unless given. */
  readonly mtime?: number;
  /** `include_dependency`: the text is not kept in the cache. */
  readonly isRead?: boolean;
}

/** A `.ji` file as Julia writes it; everything has a default. */
export interface WrittenCache {
  readonly version: string;
  readonly arch?: string;
  readonly format?: number;
  readonly flags?: number;
  /** Lower half of the upper half of its modules' build ids, from 1.9 on. */
  readonly checksum?: number;
  readonly modules: readonly WrittenModule[];
  readonly sources?: readonly WrittenSource[];
  readonly preferences?: { readonly names: readonly string[]; readonly hash: bigint };
  readonly required?: readonly WrittenRequirement[];
  /** CPU targets and the library beside the cache, from 1.9 on; none without machine code. */
  readonly targets?: Buffer;
  readonly library?: Buffer;
  /** Data of the cache itself, up to 1.8. */
  readonly data?: Buffer;
}

/** What stands before the CRC-32C of a package image in build ids, and of a system image. */
export const PACKAGE_IMAGE = 0xfafbfcfdn << 32n;
export const SYSTEM_IMAGE = 0xfdfcfbfan << 32n;

/** A release build, `-O2`, machine code beside: the bits OOICCDDP. */
export const DEFAULT_FLAGS = 0b10_1_00_01_1;

/** Composes a `.ji` file from the layout of the Julia that `version` names. */
export function writeCache(cache: WrittenCache): Buffer {
  const { version, sources = [], required = [] } = cache;
  const isNative = isAtLeast(version, '1.9');
  const head = [
    Buffer.from('fb6a6c690d0a1a0a', 'hex'),
    u16(cache.format ?? (isNative ? 12 : 11)),
    u16(0xfeff),
    Buffer.of(8),
    ...['Linux', cache.arch ?? 'x86_64', version, 'branch', 'c0ffee'].map((text) => Buffer.from(`${text}\0`)),
  ];
  if (isNative) {
    head.push(Buffer.of(0), u64(PACKAGE_IMAGE | BigInt(cache.checksum ?? 0)), u64(0n), u64(0n));
    head.push(Buffer.of(cache.flags ?? DEFAULT_FLAGS));
  }
  head.push(...cache.modules.flatMap((module) => [...moduleBytes(module), u64(module.build)]), u32(0));
  const dependencies = dependencyBytes(cache, sources);
  const rest = [
    ...required.flatMap((module) => [
      ...moduleBytes(module),
      ...(isNative ? [u64(module.image ?? 0n)] : []),
      u64(module.build),
    ]),
    u32(0),
  ];
  const targets = cache.targets ?? Buffer.alloc(0);
  if (isNative) rest.push(u32(targets.length), targets);
  rest.push(cache.data ?? Buffer.alloc(isNative ? 0 : 100, 0x5a));
  const before = Buffer.concat([...head, u64(BigInt(dependencies.length + 8)), dependencies]);
  const after = Buffer.concat(rest);
  const texts = sources.filter(({ isRead, path }) => isRead !== true && !path.startsWith('\0'));
  const body = Buffer.concat([
    before,
    u64(BigInt(before.length + 8 + after.length)),
    after,
    ...texts.flatMap(({ path, text }) => [
      lengthFirst(path),
      u64(BigInt(Buffer.byteLength(text))),
      Buffer.from(text),
    ]),
    u32(0),
    ...(isNative ? [u32(cache.library === undefined ? 0 : crc32c(cache.library))] : []),
  ]);
  return Buffer.concat([body, u32(crc32c(body))]);
}

function dependencyBytes(
  { version, preferences, modules }: WrittenCache,
  sources: readonly WrittenSource[],
): Buffer {
  const hasContent = isAtLeast(version, '1.11');
  const entries = sources.flatMap(({ path, text, mtime, isRead }) => [
    lengthFirst(path),
    ...(hasContent ? [u64(BigInt(Buffer.byteLength(text))), u32(crc32c(Buffer.from(text)))] : []),
    f64(mtime ?? (hasContent ? -1 : 1)),
    // The module that includes the file: the package's, one below it.
    ...(isRead === true || modules.length === 0 ? [u32(0)] : [u32(1), lengthFirst('Inner'), u32(0)]),
  ]);
  const hasPreferences = isAtLeast(version, '1.6');
  const { names, hash } = preferences ?? { names: [], hash: 0n };
  return Buffer.concat([
    ...entries,
    u32(0),
    ...(hasPreferences ? [...names.map(lengthFirst), u32(0), u64(hash)] : []),
  ]);
}

function moduleBytes({ name, uuid }: WrittenModule): Buffer[] {
  const digits = uuid.replaceAll('-', '');
  return [lengthFirst(name), u64(BigInt(`0x${digits.slice(0, 16)}`)), u64(BigInt(`0x${digits.slice(16)}`))];
}

export interface WrittenTarget {
  readonly cpu: string;
  readonly flags?: number;
  /** Words of feature bits. */
  readonly enabled: readonly number[];
}

/** Targets as an image records them. */
export function writeTargets(targets: readonly WrittenTarget[]): Buffer {
  return Buffer.concat([
    u32(targets.length),
    ...targets.flatMap(({ cpu, flags = 0, enabled }) => [
      u32(flags),
      ...[enabled, enabled.map(() => 0)].flatMap((words) => [u32(words.length), ...words.map(u32)]),
      lengthFirst(cpu),
      lengthFirst(''),
    ]),
  ]);
}

/** Bytes in memory as a place to read from, which remembers the longest read. */
export function memorySource(bytes: Buffer): ByteSource & { readonly longest: () => number } {
  let longest = 0;
  return {
    size: bytes.length,
    longest: () => longest,
    read: (position, length) => {
      longest = Math.max(longest, length);
      return Promise.resolve(bytes.subarray(position, Math.max(position, position + length)));
    },
  };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function lengthFirst(text: string): Buffer {
  return Buffer.concat([u32(Buffer.byteLength(text)), Buffer.from(text)]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function f64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}
