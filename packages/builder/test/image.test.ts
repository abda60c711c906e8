import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTarget, namesOfX86, parseDispatchTargets } from '@depotcast/hydrator/format';
import { refuseDifference } from '../src/image/check-image.js';
import { readSymbol } from '../src/image/read-symbol.js';

/** What a system image of Julia 1.5.3 for x86-64-v3 holds. */
const RECORDED_V3 = Buffer.from(
  'AQAAAAAAAAALAAAAATLYNAAAAAAoAQAAAAAAAAAAAAAhAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAABCAAAAAAEIr/3zX0A6AAEEAECJISAAAAAACwAAAAECAAAgAAAAEAAAAAcAAABoYXN3ZWxsAAAAAA==',
  'base64',
);

function v3() {
  const target = findTarget('x86-64-v3');
  assert.ok(target);
  return target;
}

test("what a real image records is just what its target's nodes must have", () => {
  const [target] = parseDispatchTargets(RECORDED_V3);
  assert.ok(target);
  assert.equal(target.cpu, 'haswell');
  const names = namesOfX86(target.enabled);
  assert.ok(names.includes('avx2') && names.includes('lahf_lm'));
  refuseDifference([names], v3());
});

test('an image that the build host has weakened is refused, as is one that demands more', () => {
  const names = namesOfX86(parseDispatchTargets(RECORDED_V3)[0]?.enabled ?? []);
  assert.throws(
    () => {
      refuseDifference([names.filter((name) => name !== 'avx2')], v3());
    },
    { code: 'build-failed', message: /without avx2/ },
  );
  assert.throws(
    () => {
      refuseDifference([[...names, 'avx512f']], v3());
    },
    { code: 'build-failed', message: /demands more than its target: avx512f/ },
  );
});

test('truncated records are refused', () => {
  assert.throws(() => parseDispatchTargets(RECORDED_V3.subarray(0, 40)), RangeError);
});

test('a symbol is read from an ELF library, and only a symbol that is there', async () => {
  const elf = smallElf('wanted', Buffer.from('content'));
  const read = (position: number, length: number) =>
    Promise.resolve(elf.subarray(position, position + length));
  assert.equal((await readSymbol(read, 'wanted'))?.toString(), 'content');
  assert.equal(await readSymbol(read, 'want'), undefined);
  assert.equal(await readSymbol(() => Promise.resolve(Buffer.alloc(64)), 'wanted'), undefined);
});

/** An ELF library with one symbol: sections none, .dynsym, .dynstr and .rodata, in that order. */
function smallElf(name: string, content: Buffer): Buffer {
  const names = Buffer.from(`\0${name}\0`, 'latin1');
  const symbol = Buffer.alloc(24);
  symbol.writeUInt32LE(1, 0);
  symbol.writeUInt16LE(3, 6);
  symbol.writeBigUInt64LE(0x5000n, 8);
  symbol.writeBigUInt64LE(BigInt(content.length), 16);
  const [at, stringsAt] = [64, 64 + symbol.length];
  const contentAt = stringsAt + names.length;
  const sections = [
    section({ type: 0 }),
    section({ type: 11, offset: at, size: symbol.length, link: 2, entrySize: 24 }),
    section({ type: 3, offset: stringsAt, size: names.length }),
    section({ type: 1, address: 0x5000, offset: contentAt, size: content.length }),
  ];
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01', 'latin1');
  header.writeBigUInt64LE(BigInt(contentAt + content.length), 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(sections.length, 60);
  return Buffer.concat([header, symbol, names, content, ...sections]);
}

interface SectionFields {
  readonly type: number;
  readonly address?: number;
  readonly offset?: number;
  readonly size?: number;
  readonly link?: number;
  readonly entrySize?: number;
}

function section({
  type,
  address = 0,
  offset = 0,
  size = 0,
  link = 0,
  entrySize = 0,
}: SectionFields): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(type, 4);
  bytes.writeBigUInt64LE(BigInt(address), 16);
  bytes.writeBigUInt64LE(BigInt(offset), 24);
  bytes.writeBigUInt64LE(BigInt(size), 32);
  bytes.writeUInt32LE(link, 40);
  bytes.writeBigUInt64LE(BigInt(entrySize), 56);
  return bytes;
}
