import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Names one process for good: process ids come back, also after a reboot. */
export interface ProcessIdentity {
  readonly host: string;
  /** The kernel's random id of this boot. */
  readonly boot: string;
  /** The namespace that its id counts in, as a container has one of its own. */
  readonly namespace: string;
  readonly pid: number;
  /** Clock ticks after boot at which the process started. */
  readonly started: string;
}

/** What a lock needs to know about processes; a test may give its own. */
export interface ProcessTable {
  readonly host: string;
  boot(): Promise<string>;
  namespace(): Promise<string>;
  /**
   * Start time of a running process; undefined when there is none, or only what its parent has not yet collected; null
   * for one that runs but may not be looked at.
   */
  startOf(pid: number): Promise<string | null | undefined>;
}

/** `elsewhere`: on another host or in another container, where it can only be judged by what it does. */
export type Life = 'running' | 'ended' | 'elsewhere';

export async function identityOf(pid: number, table: ProcessTable): Promise<ProcessIdentity> {
  const [boot, namespace, started] = await Promise.all([table.boot(), table.namespace(), table.startOf(pid)]);
  return { host: table.host, boot, namespace, pid, started: started ?? '' };
}

export async function lifeOf(process: ProcessIdentity, table: ProcessTable): Promise<Life> {
  if (process.boot !== (await table.boot())) return process.host === table.host ? 'ended' : 'elsewhere';
  if (process.namespace !== (await table.namespace())) return 'elsewhere';
  const started = await table.startOf(process.pid);
  return started === null || started === process.started ? 'running' : 'ended';
}

/** Linux' own answers, from /proc. What stays the same while this process runs is read once: who waits for a lock asks often. */
export const linuxProcesses: ProcessTable = {
  host: hostname(),
  boot: once(async () => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()),
  namespace: once(() => readlink('/proc/self/ns/pid')),
  startOf: async (pid) => {
    try {
      return parseStart(await readFile(`/proc/${pid}/stat`, 'utf8'));
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ESRCH') return isHidden(pid) ? null : undefined;
      throw error;
    }
  },
};

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= read());
}

/** Where /proc is mounted with hidepid, other users' processes are not to be seen, but a signal finds them. */
function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** proc(5): the command, second field, is in parentheses and may hold any character; state is field 3, start field 22. */
export function parseStart(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ended = fields[0] === 'Z' || fields[0] === 'X';
  return ended ? undefined : fields[19];
}
