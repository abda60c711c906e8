import { DepotError } from '../error.js';

/** Longer texts stand in no cache: paths end at 4095 bytes. */
const MAX_TEXT_BYTES = 64 * 1024;

/** Thrown where the bytes at hand end before what is read from them does. */
export class EndOfBytes extends Error {}

/** Reads little-endian values one after the other. */
export class Cursor {
  at = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly where: string,
  ) {}

  /** @throws EndOfBytes as all that reads does */
  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new EndOfBytes();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  u8(): number {
    return this.take(1).readUInt8();
  }

  u16(): number {
    return this.take(2).readUInt16LE();
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  u64(): bigint {
    return this.take(8).readBigUInt64LE();
  }

  f64(): number {
    return this.take(8).readDoubleLE();
  }

  /** An offset or a size. @throws DepotError `bad-format` for one that no file has */
  offset(what: string): number {
    const value = this.u64();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) this.fail(`${what} is ${value}`);
    return Number(value);
  }

  /** A text up to its NUL. */
  zeroTerminated(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0 && this.bytes.length - this.at <= MAX_TEXT_BYTES) throw new EndOfBytes();
    if (end < 0 || end - this.at > MAX_TEXT_BYTES) this.fail('a text without an end');
    const text = this.take(end - this.at).toString('utf8');
    this.at += 1;
    return text;
  }

  /** A text after its length in four bytes. */
  text(): string {
    const length = this.u32();
    if (length > MAX_TEXT_BYTES) this.fail(`a text of ${length} bytes`);
    return this.take(length).toString('utf8');
  }

  /** Entries that each begin with a text, up to an empty one. */
  list<T>(read: (text: string) => T): T[] {
    const items: T[] = [];
    for (let text = this.text(); text !== ''; text = this.text()) items.push(read(text));
    return items;
  }

  /** @throws DepotError `bad-format`, with the place that has been reached */
  fail(what: string): never {
    throw new DepotError('bad-format', `${this.where}: byte ${this.at}: ${what}`);
  }
}
