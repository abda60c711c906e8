import type { ByteSource } from './byte-source.js';
import { MAX_TARGETS_BYTES, parseDispatchTargets, type RecordedTarget } from './dispatch-targets.js';
import { ElfFile } from './elf.js';

/** Up to Julia 1.9 an image exports its targets themselves. */
const DISPATCH_TARGETS = 'jl_dispatch_target_ids';

/** From 1.10 on it exports a table of pointers, the fifth of which leads to them. */
const IMAGE_POINTERS = 'jl_image_pointers';
const TARGET_DATA = 4 * 8;

/**
 * The targets that a system image or a package image records, for Julia up to 1.13.
 * @returns undefined where the source is no image of Julia's
 * @see https://github.com/JuliaLang/julia/blob/v1.10.8/src/processor.h#L193
 */
export async function readImageTargets(source: ByteSource): Promise<RecordedTarget[] | undefined> {
  try {
    const elf = await ElfFile.open((position, length) => source.read(position, length));
    const bytes = elf === undefined ? undefined : await targetBytes(elf);
    return bytes === undefined || bytes.length === 0 ? undefined : parseDispatchTargets(bytes);
  } catch (error) {
    // A table that points out of the file, or a record that ends too early.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

async function targetBytes(elf: ElfFile): Promise<Buffer | undefined> {
  const pointers = await elf.symbol(IMAGE_POINTERS);
  if (pointers !== undefined) {
    const address = await elf.pointer(pointers.address + TARGET_DATA);
    return address === undefined ? undefined : elf.bytes(address, MAX_TARGETS_BYTES);
  }
  const targets = await elf.symbol(DISPATCH_TARGETS);
  return targets === undefined ? undefined : elf.bytes(targets.address, targets.size);
}
