import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { DepotError, parseJson, renderJson } from '../format/index.js';
import { BEAT, type Heartbeats } from './heartbeats.js';
import { identityOf, lifeOf, linuxProcesses, type ProcessTable } from './process-identity.js';

const lockSchema = v.strictObject({
  format: v.literal('depotcast-lock/1'),
  /** Tells this holding of the lock from every other. */
  token: v.string(),
  host: v.string(),
  boot: v.string(),
  namespace: v.string(),
  pid: v.number(),
  started: v.string(),
});
export type Holding = v.InferOutput<typeof lockSchema>;

/** Begins the name of every file that has not got its final name yet. */
export const TEMPORARY = '.tmp-';

export interface LockOptions {
  readonly processes?: ProcessTable;
  /** What is known of holders on other hosts; without it they count as running for ever. */
  readonly heartbeats?: Heartbeats;
}

/** A lock that this process has. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Runs `action` while this process alone has the lock. One whose holder has ended on this host is taken over.
 *
 * A lock is a file made by link(2), which is atomic on NFS too, where flock(2) often is not.
 * @throws DepotError `locked`, naming the holder and the remedy
 */
export async function withLockFile<T>(
  file: string,
  action: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const lock = await takeLock(file, options);
  if (!('release' in lock)) throw lockedBy(lock.holder, file);
  try {
    return await action();
  } finally {
    await lock.release();
  }
}

/** Takes the lock if it is free or its holder is gone. @returns the lock, or who has it as far as known */
export async function takeLock(
  file: string,
  options: LockOptions = {},
): Promise<Lock | { readonly holder: Holding | undefined }> {
  const found = await readHolding(file);
  if (found !== undefined && !(await isGone(file, found, options))) return { holder: found.holding };
  const identity = await identityOf(process.pid, options.processes ?? linuxProcesses);
  const holding: Holding = {
    format: 'depotcast-lock/1',
    token: randomBytes(16).toString('hex'),
    ...identity,
  };
  const temporary = join(dirname(file), `${TEMPORARY}${randomBytes(8).toString('hex')}`);
  const handle = await writeAndSync(temporary, renderJson(holding));
  try {
    const isOurs =
      (await linkNew(temporary, file, holding)) || (await takeOver(temporary, file, holding, options));
    if (isOurs) return keep(file, holding, handle);
  } catch (error) {
    await handle.close();
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  await handle.close();
  return { holder: (await readHolding(file))?.holding };
}

/** Keeps touching the lock until it is released. */
function keep(file: string, holding: Holding, handle: FileHandle): Lock {
  const timer = setInterval(() => {
    const now = new Date();
    // A beat that fails costs nothing but, after a while, the lock, which is what its release looks at.
    handle.utimes(now, now).catch(() => undefined);
  }, BEAT);
  timer.unref();
  return {
    release: async () => {
      clearInterval(timer);
      await handle.close();
      // Unless someone removed it by hand or took it over, and another process has the lock now.
      if ((await readHolding(file))?.holding.token === holding.token) await rm(file, { force: true });
    },
  };
}

/**
 * Of all that find the same holder gone, one may replace its lock: the one that holds a second lock, named after that
 * holding. Who comes later finds another holding in the file, and backs off.
 */
async function takeOver(
  temporary: string,
  file: string,
  holding: Holding,
  options: LockOptions,
): Promise<boolean> {
  const found = await readHolding(file);
  if (found === undefined || !(await isGone(file, found, options))) return false;
  const { token } = found.holding;
  const second = await takeLock(`${file}.${token}`, options);
  if (!('release' in second)) return false;
  try {
    if ((await readHolding(file))?.holding.token !== token) return false;
    await rename(temporary, file);
    return (await readHolding(file))?.holding.token === holding.token;
  } finally {
    await second.release();
  }
}

async function isGone(
  file: string,
  { holding, beat }: FoundHolding,
  { processes = linuxProcesses, heartbeats }: LockOptions,
): Promise<boolean> {
  const life = await lifeOf(holding, processes);
  if (life !== 'elsewhere') return life === 'ended';
  return heartbeats?.isSilent(file, beat) ?? false;
}

/** link(2) fails where the name exists, and a linked file is never seen half written. */
async function linkNew(temporary: string, file: string, holding: Holding): Promise<boolean> {
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Over NFS the first answer may have been lost, and a second try have met our own link.
    return (await readHolding(file))?.holding.token === holding.token;
  }
}

async function writeAndSync(path: string, text: string): Promise<FileHandle> {
  const handle = await open(path, 'wx', 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
    return handle;
  } catch (error) {
    await handle.close();
    await rm(path, { force: true });
    throw error;
  }
}

interface FoundHolding {
  readonly holding: Holding;
  /** Differs after every sign of life. */
  readonly beat: string;
}

/** Who has a lock; undefined where nobody has. Opened, not only looked at: an NFS client then asks its server. */
export async function readHolding(file: string): Promise<FoundHolding | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  try {
    const { mtimeMs } = await handle.stat();
    const holding = parseJson(lockSchema, await handle.readFile('utf8'), file);
    return { holding, beat: `${holding.token} ${mtimeMs}` };
  } finally {
    await handle.close();
  }
}

function lockedBy(holder: Holding | undefined, file: string): DepotError {
  if (holder === undefined) {
    return new DepotError('locked', `${file}: another process released the lock just now`, {
      hint: 'try again',
    });
  }
  return new DepotError('locked', `${file}: held by process ${holder.pid} on ${holder.host}`, {
    hint: `wait until it ends; if it does not run on ${holder.host} any more, remove ${file}`,
  });
}
