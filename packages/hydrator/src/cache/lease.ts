import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, mkdir, open, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { DepotError, type LayerId, layerIdSchema, parseJson, renderJson } from '../format/index.js';
import {
  identityOf,
  type Life,
  lifeOf,
  linuxProcesses,
  type ProcessTable,
} from '../lock/process-identity.js';
import { nodeFiles } from './node-files.js';
import { replaceFile } from './replace-file.js';

const leaseSchema = v.strictObject({
  format: v.literal('depotcast-lease/1'),
  host: v.string(),
  boot: v.string(),
  namespace: v.string(),
  /** Any of them that runs keeps the layers. */
  processes: v.pipe(v.array(v.strictObject({ pid: v.number(), started: v.string() })), v.maxLength(100)),
  layers: v.pipe(v.array(layerIdSchema), v.maxLength(1000)),
});
type LeaseRecord = v.InferOutput<typeof leaseSchema>;

/** Milliseconds between two signs of life of a lease, and after which one from another host no longer counts. */
const RENEWAL = 3600 * 1000;
const FOREIGN_LIFETIME = 14 * 24 * 3600 * 1000;
/** Bytes; what is longer is no lease. */
const MAX_BYTES = 100_000;
const NAME = /^[0-9a-f]{24}\.json$/;

/** Keeps layers from being removed for as long as one of some processes runs. */
export class Lease {
  readonly #timer: NodeJS.Timeout;

  private constructor(
    private readonly file: string,
    private record: LeaseRecord,
    private readonly processes: ProcessTable,
  ) {
    this.#timer = setInterval(() => {
      const now = new Date();
      // Only other hosts go by it, and they allow for days.
      utimes(file, now, now).catch(() => undefined);
    }, RENEWAL);
    this.#timer.unref();
  }

  /**
   * @param pids running processes of this host
   * @throws DepotError `storage` where nothing can be written; then no `gc` of ours can remove anything either
   */
  static async take(
    root: string,
    layers: readonly LayerId[],
    pids: readonly number[],
    processes: ProcessTable = linuxProcesses,
  ): Promise<Lease> {
    await makeLeases(root);
    const { host, boot, namespace } = await identityOf(process.pid, processes);
    const record: LeaseRecord = {
      format: 'depotcast-lease/1',
      ...{ host, boot, namespace, processes: [], layers: [...layers] },
    };
    const file = join(root, nodeFiles.leases, `${randomBytes(12).toString('hex')}.json`);
    const lease = new Lease(file, record, processes);
    await lease.add(pids);
    return lease;
  }

  /** Also holds the layers for these. */
  async add(pids: readonly number[]): Promise<void> {
    const identities = await Promise.all(pids.map((pid) => identityOf(pid, this.processes)));
    const added = identities.map(({ pid, started }) => ({ pid, started }));
    this.record = { ...this.record, processes: [...this.record.processes, ...added] };
    await replaceFile(this.file, renderJson(this.record), 0o644);
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await rm(this.file, { force: true });
  }
}

/** A lease as others find it. */
export interface FoundLease {
  readonly file: string;
  readonly host: string;
  readonly pids: readonly number[];
  readonly layers: readonly LayerId[];
  /** When its job began to use the layers, or was last seen to, in milliseconds since the epoch. */
  readonly at: number;
  readonly isAlive: boolean;
}

/**
 * All leases below `root`. Other users may write there: what is no lease is passed over.
 * @throws system errors where they cannot be read
 */
export async function readLeases(
  root: string,
  now: number,
  processes: ProcessTable = linuxProcesses,
): Promise<FoundLease[]> {
  const directory = join(root, nodeFiles.leases);
  const names = (await namesIn(directory)).filter((name) => NAME.test(name));
  const found: FoundLease[] = [];
  for (const name of names) {
    const lease = await readLease(join(directory, name), now, processes);
    if (lease !== undefined) found.push(lease);
  }
  return found;
}

async function readLease(
  file: string,
  now: number,
  processes: ProcessTable,
): Promise<FoundLease | undefined> {
  const text = await readSmall(file);
  if (text === undefined) return undefined;
  let record: LeaseRecord;
  try {
    record = parseJson(leaseSchema, text.content, file);
  } catch (error) {
    if (error instanceof DepotError) return undefined;
    throw error;
  }
  const { host, layers } = record;
  const lives = await Promise.all(record.processes.map((each) => lifeOf({ ...record, ...each }, processes)));
  const isFresh = now - text.at < FOREIGN_LIFETIME;
  const isAlive = lives.some((life: Life) => life === 'running' || (life === 'elsewhere' && isFresh));
  return { file, host, layers, pids: record.processes.map(({ pid }) => pid), at: text.at, isAlive };
}

/** A small regular file's text; no link is followed, and nothing that would not end is read. */
async function readSmall(
  file: string,
): Promise<{ readonly content: string; readonly at: number } | undefined> {
  let handle;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ELOOP', 'EACCES', 'ENXIO'].includes(code)) return undefined;
    throw error;
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > MAX_BYTES) return undefined;
    return { content: await handle.readFile('utf8'), at: stats.mtimeMs };
  } finally {
    await handle.close();
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Of a cache that root fills for all users of a node, every job must be able to say what it uses: as in /tmp. */
async function makeLeases(root: string): Promise<void> {
  const directory = join(root, nodeFiles.leases);
  try {
    await mkdir(directory, { recursive: true, mode: 0o755 });
    const { uid, mode } = await stat(directory);
    if (uid === 0 && process.getuid?.() === 0 && (mode & 0o1777) !== 0o1777) await chmod(directory, 0o1777);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new DepotError('storage', `${directory}: cannot be written (${code})`, { cause });
  }
}
