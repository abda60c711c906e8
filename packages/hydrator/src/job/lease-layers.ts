import { readFile } from 'node:fs/promises';
import { noteUse } from '../cache/inventory.js';
import { Lease } from '../cache/lease.js';
import { DepotError, type LayerId } from '../format/index.js';
import { linuxProcesses } from '../lock/process-identity.js';

/**
 * Keeps a job's layers for as long as one of the processes runs. A cache that cannot be written does not stop the job.
 * @returns nothing where no lease could be taken
 */
export async function leaseLayers(
  root: string,
  layers: readonly LayerId[],
  pids: readonly number[],
  warn: (message: string) => void,
): Promise<Lease | undefined> {
  try {
    return await Lease.take(root, layers, pids);
  } catch (error) {
    if (!(error instanceof DepotError) || error.code !== 'storage') throw error;
    const isReadOnly = (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EROFS';
    if (!isReadOnly) warn(`${error.message}; 'depot-hydrate gc' will not know that this job uses its layers`);
    return undefined;
  }
}

/** Notes that layers are used now, in a cache that is ours; of another's, their lease says it. */
export async function noteUseNow(root: string, layers: readonly LayerId[]): Promise<void> {
  try {
    await noteUse(root, layers, Date.now());
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(code)) throw error;
  }
}

/**
 * The processes for which a prologue keeps layers: the one named; or its caller, and the leader of its session, as a
 * terminal's shell is.
 * @throws DepotError `usage` when the named one does not run
 */
export async function holdersOf(named: number | undefined): Promise<number[]> {
  if (named === undefined) {
    const stat = await readFile('/proc/self/stat', 'utf8');
    const session = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
    // Zero: it is outside of this container.
    return [...new Set([process.ppid, session])].filter((pid) => pid > 0);
  }
  const isRunning = Number.isSafeInteger(named) && (await linuxProcesses.startOf(named)) !== undefined;
  if (isRunning) return [named];
  throw new DepotError('usage', `--lease-pid: no process ${named} runs here`);
}
