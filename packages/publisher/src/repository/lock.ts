import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DepotError, parseJson, renderJson, repository } from '@depotcast/hydrator/format';
import * as v from 'valibot';
import { TEMPORARY, writeAndSync } from '../files/durable-writer.js';
import { isMissing } from '../files/missing.js';
import { hasEnded, identityOf, linuxProcesses, type ProcessTable } from './process-identity.js';
import { requireRepository } from './require-repository.js';

const lockSchema = v.strictObject({
  format: v.literal('depotcast-lock/1'),
  /** Tells this holding of the lock from every other. */
  token: v.string(),
  host: v.string(),
  boot: v.string(),
  pid: v.number(),
  started: v.string(),
});
type Holding = v.InferOutput<typeof lockSchema>;

/**
 * Runs `action` while this process alone may write the repository. A lock whose holder has ended on this host is taken
 * over.
 * @throws DepotError `locked`, naming the holder and the remedy; `not-found` where there is no repository
 */
export async function withLock<T>(
  directory: string,
  action: () => Promise<T>,
  processes: ProcessTable = linuxProcesses,
): Promise<T> {
  await requireRepository(directory, repository.targets);
  const identity = await identityOf(process.pid, processes);
  return withLockFile(
    join(directory, repository.lock),
    { format: 'depotcast-lock/1', token: randomBytes(16).toString('hex'), ...identity },
    processes,
    action,
  );
}

async function withLockFile<T>(
  file: string,
  holding: Holding,
  processes: ProcessTable,
  action: () => Promise<T>,
): Promise<T> {
  const temporary = join(dirname(file), `${TEMPORARY}${randomBytes(8).toString('hex')}`);
  await writeAndSync(temporary, renderJson(holding));
  try {
    if (!(await linkNew(temporary, file))) await takeOver(temporary, file, holding, processes);
  } finally {
    await rm(temporary, { force: true });
  }
  try {
    return await action();
  } finally {
    // Unless someone removed it by hand and another process has the lock now.
    if ((await readHolding(file))?.token === holding.token) await rm(file, { force: true });
  }
}

/**
 * Of all that find the same dead holder, one may replace its lock: the one that holds a second lock, named after that
 * holding. Who comes later finds another holding in the file, and backs off.
 */
async function takeOver(
  temporary: string,
  file: string,
  holding: Holding,
  processes: ProcessTable,
): Promise<void> {
  const dead = await readHolding(file);
  if (dead === undefined || !(await hasEnded(dead, processes))) throw lockedBy(dead, file);
  await withLockFile(`${file}.${dead.token}`, holding, processes, async () => {
    const current = await readHolding(file);
    if (current?.token !== dead.token) throw lockedBy(current, file);
    await rename(temporary, file);
  });
}

/** link(2) fails where the name exists, and a linked file is never seen half written. */
async function linkNew(temporary: string, file: string): Promise<boolean> {
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readHolding(file: string): Promise<Holding | undefined> {
  try {
    return parseJson(lockSchema, await readFile(file, 'utf8'), file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function lockedBy(holder: Holding | undefined, file: string): DepotError {
  if (holder === undefined) {
    return new DepotError('locked', `${file}: another process released the lock just now`, {
      hint: 'try again',
    });
  }
  return new DepotError('locked', `${file}: held by process ${holder.pid} on ${holder.host}`, {
    hint: `wait until it ends; if no depot-publish runs on ${holder.host} any more, remove ${file}`,
  });
}
