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

/** Where a dynamic symbol stands: its address as the file was linked, and its bytes. */
export interface ElfSymbol {
  readonly address: number;
  readonly size: number;
}

/** Entries of the dynamic section whose values are texts. */
const TEXT_TAGS = { needed: 1, soname: 14, rpath: 15, runpath: 29 } as const;

const SHT_RELA = 4;
const SHT_DYNAMIC = 6;
const SHT_NOBITS = 8;
const SHT_DYNSYM = 11;
const SHT_VERNEED = 0x6ffffffe;
const SHN_UNDEF = 0;
/** Relocations that put a whole address into a word, by what they add to: nothing, or a symbol's address. */
const RELATIVE: ReadonlySet<number> = new Set([8, 1027]);
const ABSOLUTE: ReadonlySet<number> = new Set([1, 257]);
const HEADER_BYTES = 64;

/**
 * A 64-bit little-endian ELF library of x86-64 or aarch64, read piecewise: system images are large.
 * @see elf(5)
 */
export class ElfFile {
  private constructor(
    private readonly read: ReadAt,
    private readonly sections: readonly Section[],
  ) {}

  /** @returns undefined where the file is no such library */
  static async open(read: ReadAt): Promise<ElfFile | undefined> {
    const header = await read(0, HEADER_BYTES);
    const isElf64 =
      header.length === HEADER_BYTES &&
      header.toString('latin1', 0, 4) === '\x7fELF' &&
      header[4] === 2 &&
      header[5] === 1;
    if (!isElf64) return undefined;
    const [size, count] = [header.readUInt16LE(58), header.readUInt16LE(60)];
    const table = await read(number64(header, 40), size * count);
    const sections = Array.from({ length: count }, (_, index) => {
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
    return new ElfFile(read, sections);
  }

  /** A symbol that the library defines for others; undefined when there is none of that name. */
  async symbol(name: string): Promise<ElfSymbol | undefined> {
    const found = await this.findSymbol((entry, names) => nameAt(names, entry.readUInt32LE(0)) === name);
    return found === undefined ? undefined : { address: number64(found, 8), size: number64(found, 16) };
  }

  /** At most `length` bytes from an address on; fewer where the section ends. */
  async bytes(address: number, length: number): Promise<Buffer> {
    const section = this.sections.find(
      ({ type, address: start, size }) =>
        type !== SHT_NOBITS && start !== 0 && start <= address && address < start + size,
    );
    if (section === undefined) return Buffer.alloc(0);
    const within = address - section.address;
    return this.read(section.offset + within, Math.min(length, section.size - within));
  }

  /** The address that stands at an address once the library is loaded: a relocation may put it there. */
  async pointer(address: number): Promise<number | undefined> {
    for (const { offset, size, entrySize, link } of this.sections.filter(({ type }) => type === SHT_RELA)) {
      const table = await this.read(offset, size);
      for (let at = 0; at + entrySize <= table.length; at += entrySize) {
        if (number64(table, at) !== address) continue;
        const kind = table.readUInt32LE(at + 8);
        const addend = number64(table, at + 16);
        if (RELATIVE.has(kind)) return addend;
        if (!ABSOLUTE.has(kind)) return undefined;
        const entry = await this.symbolEntry(link, table.readUInt32LE(at + 12));
        return entry === undefined ? undefined : number64(entry, 8) + addend;
      }
    }
    const inPlace = await this.bytes(address, 8);
    return inPlace.length === 8 ? number64(inPlace, 0) : undefined;
  }

  /** What the dynamic linker is told: names of libraries that are needed, its own, or lists of folders to search. */
  async dynamicTexts(tag: keyof typeof TEXT_TAGS): Promise<string[]> {
    const table = await this.tableOf(SHT_DYNAMIC);
    if (table === undefined) return [];
    const texts: string[] = [];
    for (let at = 0; at + 16 <= table.bytes.length; at += 16) {
      if (number64(table.bytes, at) !== TEXT_TAGS[tag]) continue;
      texts.push(nameAt(table.names, number64(table.bytes, at + 8)));
    }
    return texts;
  }

  /** Versions of symbols that are needed of other libraries, such as `GLIBC_2.17`. */
  async versionsNeeded(): Promise<string[]> {
    const table = await this.tableOf(SHT_VERNEED);
    if (table === undefined) return [];
    const { bytes, names } = table;
    const versions: string[] = [];
    for (let at = 0, next = -1; next !== 0 && at + 16 <= bytes.length; at += next) {
      next = bytes.readUInt32LE(at + 12);
      let entry = at + bytes.readUInt32LE(at + 8);
      for (let count = bytes.readUInt16LE(at + 2); count > 0 && entry + 16 <= bytes.length; count -= 1) {
        versions.push(nameAt(names, bytes.readUInt32LE(entry + 8)));
        entry += bytes.readUInt32LE(entry + 12);
      }
    }
    return versions;
  }

  /** A section with the one that holds its texts. */
  private async tableOf(type: number): Promise<{ bytes: Buffer; names: Buffer } | undefined> {
    const section = this.sections.find((candidate) => candidate.type === type);
    const strings = section === undefined ? undefined : this.sections[section.link];
    if (section === undefined || strings === undefined) return undefined;
    return {
      bytes: await this.read(section.offset, section.size),
      names: await this.read(strings.offset, strings.size),
    };
  }

  private async symbolEntry(section: number, index: number): Promise<Buffer | undefined> {
    const table = this.sections[section];
    if (table === undefined) return undefined;
    const entry = await this.read(table.offset + index * table.entrySize, table.entrySize);
    return entry.length < 24 || entry.readUInt16LE(6) === SHN_UNDEF ? undefined : entry;
  }

  private async findSymbol(isWanted: (entry: Buffer, names: Buffer) => boolean): Promise<Buffer | undefined> {
    const table = this.sections.find(({ type }) => type === SHT_DYNSYM);
    const strings = table === undefined ? undefined : this.sections[table.link];
    if (table === undefined || strings === undefined) return undefined;
    const symbols = await this.read(table.offset, table.size);
    const names = await this.read(strings.offset, strings.size);
    for (let at = 0; at + table.entrySize <= symbols.length; at += table.entrySize) {
      const entry = symbols.subarray(at, at + table.entrySize);
      if (entry.readUInt16LE(6) !== SHN_UNDEF && isWanted(entry, names)) return entry;
    }
    return undefined;
  }
}

function nameAt(names: Buffer, start: number): string {
  return names.toString('latin1', start, names.indexOf(0, start));
}

function number64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
