/** Reads `length` bytes from `position` on, counted from the start of the ELF file. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

interface Section {
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly entrySize: number;
}

const DYNSYM = 11;
const HEADER_BYTES = 64;

/**
 * The bytes that a dynamic symbol of a 64-bit little-endian ELF library names; undefined when there is no such symbol.
 * Reads the tables only, as system images are large.
 * @see elf(5)
 */
export async function readSymbol(read: ReadAt, name: string): Promise<Buffer | undefined> {
  const sections = await readSections(read);
  const table = sections.find(({ type }) => type === DYNSYM);
  const strings = table === undefined ? undefined : sections[table.link];
  if (table === undefined || strings === undefined) return undefined;
  const symbols = await read(table.offset, table.size);
  const names = await read(strings.offset, strings.size);
  for (let at = 0; at + table.entrySize <= symbols.length; at += table.entrySize) {
    const start = symbols.readUInt32LE(at);
    if (names.toString('latin1', start, names.indexOf(0, start)) !== name) continue;
    const section = sections[symbols.readUInt16LE(at + 6)];
    if (section === undefined) return undefined;
    const address = number64(symbols, at + 8);
    return read(section.offset + address - section.address, number64(symbols, at + 16));
  }
  return undefined;
}

async function readSections(read: ReadAt): Promise<Section[]> {
  const header = await read(0, HEADER_BYTES);
  const isElf64 = header.toString('latin1', 0, 4) === '\x7fELF' && header[4] === 2 && header[5] === 1;
  if (!isElf64) return [];
  const [size, count] = [header.readUInt16LE(58), header.readUInt16LE(60)];
  const table = await read(number64(header, 40), size * count);
  return Array.from({ length: count }, (_, index) => {
    const at = index * size;
    return {
      type: table.readUInt32LE(at + 4),
      address: number64(table, at + 16),
      offset: number64(table, at + 24),
      size: number64(table, at + 32),
      link: table.readUInt32LE(at + 40),
      entrySize: number64(table, at + 56),
    };
  });
}

function number64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
