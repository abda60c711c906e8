import { open, readFile } from 'node:fs/promises';
import { machine } from 'node:os';
import { DepotError } from '../format/index.js';
import { parseCpuInfo } from './cpuinfo.js';
import { baselineHost, type HostFeatures } from './host-features.js';

export interface HostOptions {
  /** A recorded cpuinfo instead of this node's own. */
  readonly cpuinfo?: string | undefined;
  /** `uname -m` of the recorded host. */
  readonly machine?: string | undefined;
}

/** Ten times what a node of 1000 CPUs shows: longer is something else. */
const MAX_CPUINFO_BYTES = 64 << 20;

/**
 * This node's features, or those of a recorded one.
 * @throws DepotError `not-found` when a cpuinfo was named that cannot be read; this node's own, where a sandbox hides it,
 *   only costs a warning.
 */
export async function readHost(options: HostOptions = {}): Promise<HostFeatures> {
  const arch = options.machine ?? (await ownMachine());
  const file = options.cpuinfo ?? '/proc/cpuinfo';
  try {
    return parseCpuInfo(await readBeginning(file), arch);
  } catch (cause) {
    const why = `${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`;
    if (options.cpuinfo !== undefined) throw new DepotError('not-found', why, { cause });
    return baselineHost(arch, why);
  }
}

/** The kernel's own architecture, which `setarch` does not change, where the kernel says it (since 6.1). */
async function ownMachine(): Promise<string> {
  return readFile('/proc/sys/kernel/arch', 'utf8').then(
    (text) => text.trim(),
    () => machine(),
  );
}

/** Never more than a cpuinfo can have, even of a device that has no end. */
async function readBeginning(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of handle.createReadStream({ end: MAX_CPUINFO_BYTES, autoClose: false })) {
      chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    await handle.close();
  }
}
