import { readFile } from 'node:fs/promises';
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

/**
 * This node's features, or those of a recorded one.
 * @throws DepotError `not-found` when a cpuinfo was named that cannot be read; this node's own, where a sandbox hides it,
 *   only costs a warning.
 */
export async function readHost(options: HostOptions = {}): Promise<HostFeatures> {
  const arch = options.machine ?? machine();
  const file = options.cpuinfo ?? '/proc/cpuinfo';
  try {
    return parseCpuInfo(await readFile(file, 'utf8'), arch);
  } catch (cause) {
    const why = `${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`;
    if (options.cpuinfo !== undefined) throw new DepotError('not-found', why, { cause });
    return baselineHost(arch, [`${why}; only the baseline image is safe`]);
  }
}
