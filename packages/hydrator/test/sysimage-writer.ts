const DATA_AT = 0x10000;
const SIZE_AT = 0x1000;
const ENTRY_BYTES = 24;
const SECTION_BYTES = 64;

/** A library with the two symbols by which Julia from 1.9 on finds a system image's data. */
export function writeSysimage(data: Buffer): Buffer {
  const names = '\0jl_system_image_data\0jl_system_image_size\0';
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(data.length));
  const symbols = Buffer.concat([
    Buffer.alloc(ENTRY_BYTES),
    symbol(names.indexOf('jl_system_image_data'), 4, DATA_AT),
    symbol(names.indexOf('jl_system_image_size'), 3, SIZE_AT),
  ]);
  const contents = [symbols, Buffer.from(names, 'latin1'), size, data];
  const offsets = contents.map((_, index) => 64 + Buffer.concat(contents.slice(0, index)).length);
  const sections = [
    Buffer.alloc(SECTION_BYTES),
    section({ type: 11, link: 2, entry: ENTRY_BYTES }, offsets[0], symbols),
    section({ type: 3 }, offsets[1], contents[1]),
    section({ type: 1, address: SIZE_AT }, offsets[2], size),
    section({ type: 1, address: DATA_AT }, offsets[3], data),
  ];
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01', 'latin1');
  header.writeBigUInt64LE(BigInt(64 + Buffer.concat(contents).length), 40);
  header.writeUInt16LE(SECTION_BYTES, 58);
  header.writeUInt16LE(sections.length, 60);
  return Buffer.concat([header, ...contents, ...sections]);
}

function symbol(name: number, sectionIndex: number, address: number): Buffer {
  const bytes = Buffer.alloc(ENTRY_BYTES);
  bytes.writeUInt32LE(name, 0);
  bytes.writeUInt16LE(sectionIndex, 6);
  bytes.writeBigUInt64LE(BigInt(address), 8);
  return bytes;
}

function section(
  {
    type,
    address = 0,
    link = 0,
    entry = 0,
  }: { type: number; address?: number; link?: number; entry?: number },
  offset = 0,
  content: Buffer = Buffer.alloc(0),
): Buffer {
  const bytes = Buffer.alloc(SECTION_BYTES);
  bytes.writeUInt32LE(type, 4);
  bytes.writeBigUInt64LE(BigInt(address), 16);
  bytes.writeBigUInt64LE(BigInt(offset), 24);
  bytes.writeBigUInt64LE(BigInt(content.length), 32);
  bytes.writeUInt32LE(link, 40);
  bytes.writeBigUInt64LE(BigInt(entry), 56);
  return bytes;
}
