import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isMissing } from '../files/missing.js';

/** Names one process for good: process ids come back, also after a reboot. */
export interface ProcessIdentity {
  readonly host: string;
  /** The kernel's random id of this boot. */
  readonly boot: string;
  readonly pid: number;
  /** Clock ticks after boot at which the process started. */
  readonly started: string;
}

/** What a lock needs to know about processes; a test may give its own. */
export interface ProcessTable {
  readonly host: string;
  boot(): Promise<string>;
  /** Start time of a running process; undefined when there is none, or only what its parent has not yet collected. */
  startOf(pid: number): Promise<string | undefined>;
}

export async function identityOf(pid: number, table: ProcessTable): Promise<ProcessIdentity> {
  const [boot, started] = await Promise.all([table.boot(), table.startOf(pid)]);
  return { host: table.host, boot, pid, started: started ?? '' };
}

/** Whether the process is known to have ended. One on another host is never known to have. */
export async function hasEnded(process: ProcessIdentity, table: ProcessTable): Promise<boolean> {
  if (process.host !== table.host) return false;
  if (process.boot !== (await table.boot())) return true;
  return (await table.startOf(process.pid)) !== process.started;
}

/** Linux' own answers, from /proc. */
export const linuxProcesses: ProcessTable = {
  host: hostname(),
  boot: async () => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim(),
  startOf: async (pid) => {
    try {
      return parseStart(await readFile(`/proc/${pid}/stat`, 'utf8'));
    } catch (error) {
      if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
      throw error;
    }
  },
};

/** proc(5): the command, second field, is in parentheses and may hold any character; state is field 3, start field 22. */
export function parseStart(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ended = fields[0] === 'Z' || fields[0] === 'X';
  return ended ? undefined : fields[19];
}
