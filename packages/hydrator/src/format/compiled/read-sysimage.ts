import { DepotError } from '../error.js';
import { isAtLeast } from '../julia-version.js';
import { type ByteSource, piecesOf } from './byte-source.js';
import type { Crc32c } from './crc32c.js';
import { ElfFile } from './elf.js';
import { type SysimageFacts, sysimageOfChecksum, sysimageOfIds } from './sysimage-facts.js';

/**
 * Reads which modules a system image holds, as far as caches can name them.
 * @param wanted build ids that are asked for later
 * @throws DepotError `bad-format`
 */
export async function readSysimage(
  source: ByteSource,
  where: string,
  version: string,
  wanted: ReadonlySet<bigint>,
  crc: Crc32c,
): Promise<SysimageFacts> {
  return isAtLeast(version, '1.9')
    ? sysimageOfChecksum(await checksumOf(source, where, crc))
    : sysimageOfIds(await findIds(source, wanted));
}

/**
 * CRC-32C of the image's data, which Julia computes at every start.
 * @see https://github.com/JuliaLang/julia/blob/v1.10.8/src/staticdata.c jl_restore_system_image_data
 */
async function checksumOf(source: ByteSource, where: string, crc: Crc32c): Promise<number> {
  const elf = await ElfFile.open((position, length) => source.read(position, length));
  const [data, length] = [
    await elf?.symbol('jl_system_image_data'),
    await elf?.symbol('jl_system_image_size'),
  ];
  const size = length === undefined ? undefined : await elf?.bytes(length.address, 8);
  if (elf === undefined || data === undefined || size?.length !== 8) {
    throw new DepotError('bad-format', `${where}: expected a system image of Julia`);
  }
  const end = data.address + Number(size.readBigUInt64LE());
  crc.reset();
  for (let at = data.address; at < end; at += PIECE_BYTES) {
    const wanted = Math.min(PIECE_BYTES, end - at);
    const piece = await elf.bytes(at, wanted);
    if (piece.length !== wanted) throw new DepotError('bad-format', `${where}: ends before its data does`);
    crc.update(piece);
  }
  return crc.value();
}

const PIECE_BYTES = 1024 * 1024;

/** Modules stand in an image at multiples of this, their build ids in them as well. */
const ALIGNMENT_BYTES = 8;

/** Those of `wanted` that stand in the source. */
async function findIds(source: ByteSource, wanted: ReadonlySet<bigint>): Promise<Set<bigint>> {
  const found = new Set<bigint>();
  // Most words of an image begin with two bytes that no wanted id has.
  const beginnings = new Uint8Array(1 << 16);
  for (const id of wanted) beginnings[Number(id & 0xffffn)] = 1;
  const end = source.size - (source.size % ALIGNMENT_BYTES);
  for await (const piece of piecesOf(source, 0, end)) {
    for (let at = 0; at + ALIGNMENT_BYTES <= piece.length; at += ALIGNMENT_BYTES) {
      if (beginnings[(piece[at] ?? 0) | ((piece[at + 1] ?? 0) << 8)] === 0) continue;
      const id = piece.readBigUInt64LE(at);
      if (wanted.has(id)) found.add(id);
    }
  }
  return found;
}
