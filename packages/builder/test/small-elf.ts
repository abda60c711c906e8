/** How the fifth pointer of `jl_image_pointers` comes to lead to the targets. */
export type Relocation = 'relative' | 'symbol' | 'in place';

export interface SmallImage {
  readonly targets: Buffer;
  /** Undefined for the symbol that Julia up to 1.9 exports. */
  readonly pointers?: Relocation;
  readonly machine?: 'x86_64' | 'aarch64';
}

const ET_DYN = 3;
const EM_X86_64 = 62;
const EM_AARCH64 = 183;
const RECORD_AT = 0x5000;
const POINTERS_AT = 0x9000;

/** A library as Julia makes them, with nothing but CPU targets in it. */
export function smallImage({ targets, pointers, machine = 'x86_64' }: SmallImage): Buffer {
  const kinds = machine === 'x86_64' ? { relative: 8, symbol: 1 } : { relative: 1027, symbol: 257 };
  const data = Buffer.alloc(40);
  let relocations: Buffer = Buffer.alloc(0);
  if (pointers === 'in place') data.writeBigUInt64LE(BigInt(RECORD_AT), 32);
  if (pointers === 'relative') relocations = relocation(kinds.relative, 0, RECORD_AT);
  if (pointers === 'symbol') relocations = relocation(kinds.symbol, 2, 0);
  // A relocation of another word comes first, as it does in real ones.
  if (relocations.length > 0) {
    relocations = Buffer.concat([relocation(kinds.relative, 0, 0x1234, 0), relocations]);
  }
  const symbols: [string, number, number, number][] =
    pointers === undefined
      ? [['jl_dispatch_target_ids', 3, RECORD_AT, targets.length]]
      : [
          ['jl_image_pointers', 4, POINTERS_AT, data.length],
          ['record', 3, RECORD_AT, targets.length],
        ];
  return elf({ symbols, record: targets, data, relocations, machine });
}

function relocation(kind: number, symbol: number, addend: number, word = 4): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeBigUInt64LE(BigInt(POINTERS_AT + 8 * word), 0);
  bytes.writeUInt32LE(kind, 8);
  bytes.writeUInt32LE(symbol, 12);
  bytes.writeBigUInt64LE(BigInt(addend), 16);
  return bytes;
}

interface Parts {
  readonly symbols: readonly (readonly [name: string, section: number, address: number, size: number])[];
  readonly record: Buffer;
  readonly data: Buffer;
  readonly relocations: Buffer;
  readonly machine: 'x86_64' | 'aarch64';
}

/** Sections: none, .dynsym, .dynstr, .rodata, .data and .rela.dyn. */
function elf({ symbols, record, data, relocations, machine }: Parts): Buffer {
  let names = '\0';
  const entries = [Buffer.alloc(24)];
  for (const [name, index, address, size] of symbols) {
    const entry = Buffer.alloc(24);
    entry.writeUInt32LE(names.length, 0);
    entry.writeUInt16LE(index, 6);
    entry.writeBigUInt64LE(BigInt(address), 8);
    entry.writeBigUInt64LE(BigInt(size), 16);
    entries.push(entry);
    names += `${name}\0`;
  }
  const contents = [Buffer.concat(entries), Buffer.from(names, 'latin1'), record, data, relocations];
  const offsets = contents.map((_, index) =>
    contents.slice(0, index).reduce((sum, content) => sum + content.length, 64),
  );
  const at = (index: number) => ({ offset: offsets[index] ?? 0, size: contents[index]?.length ?? 0 });
  const sections = [
    section({ type: 0 }),
    section({ type: 11, ...at(0), link: 2, entrySize: 24 }),
    section({ type: 3, ...at(1) }),
    section({ type: 1, address: RECORD_AT, ...at(2) }),
    section({ type: 1, address: POINTERS_AT, ...at(3) }),
    section({ type: 4, ...at(4), link: 1, entrySize: 24 }),
  ];
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(ET_DYN, 16);
  header.writeUInt16LE(machine === 'x86_64' ? EM_X86_64 : EM_AARCH64, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(at(4).offset + at(4).size), 40);
  header.writeUInt16LE(header.length, 52);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(sections.length, 60);
  return Buffer.concat([header, ...contents, ...sections]);
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
