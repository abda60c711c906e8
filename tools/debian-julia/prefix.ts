import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DepotError } from '@depotcast/hydrator/format';
import { withLock } from './lock.js';
import { parseReceipt, type Receipt, RECEIPT_FILE, renderReceipt } from './receipt.js';

export interface Prefix {
  readonly path: string;
  readonly receipt: Receipt;
}

/** What means something of its own in a library path or in apt's configuration, and cannot be escaped there. */
// eslint-disable-next-line no-control-regex
const UNUSABLE = /[:;$"\\\x00-\x1f]/;

/** Tries again where files appear while a directory is emptied. */
const REMOVE = { recursive: true, force: true, maxRetries: 5 } as const;

/**
 * Returns the finished prefix `directory/name`, made by `build` when there is none. Whoever sees the prefix sees it
 * whole: it is built beside its place, its receipt is written last, and then it is renamed. One process builds at a
 * time and the others wait; what an interrupted one left is removed.
 * @param directory absolute
 * @throws DepotError `storage` when the file system refuses; `usage` for a directory with a name that cannot be used
 */
export async function ensurePrefix(
  directory: string,
  name: string,
  log: (line: string) => void,
  build: (workspace: string) => Promise<Receipt>,
): Promise<Prefix> {
  if (UNUSABLE.test(directory))
    throw new DepotError('usage', `${directory}: expected no colon, semicolon, dollar, quote or backslash`, {
      hint: 'Name another directory.',
    });
  const path = join(directory, name);
  try {
    const receipt = (await readReceipt(path)) ?? (await makePrefix(directory, name, log, build));
    return { path, receipt };
  } catch (cause) {
    if (!(cause instanceof Error) || !('syscall' in cause)) throw cause;
    throw new DepotError('storage', `${path}: ${cause.message}`, { cause });
  }
}

async function makePrefix(
  directory: string,
  name: string,
  log: (line: string) => void,
  build: (workspace: string) => Promise<Receipt>,
): Promise<Receipt> {
  const path = join(directory, name);
  // A name of its own, as programs that an interrupted process started may still write to theirs.
  const workspace = join(directory, `.${name}.partial-${randomUUID()}`);
  const waiting = () => {
    log(`waiting for another process that makes ${path}`);
  };
  await mkdir(directory, { recursive: true });
  return withLock(join(directory, `.${name}.lock`), waiting, async () => {
    const finished = await readReceipt(path);
    if (finished !== undefined) return finished;
    await removeUnfinished(directory, name);
    await mkdir(workspace);
    try {
      const receipt = await build(workspace);
      await writeFile(join(workspace, RECEIPT_FILE), renderReceipt(receipt));
      await rename(workspace, path);
      return receipt;
    } finally {
      await rm(workspace, REMOVE);
    }
  });
}

async function removeUnfinished(directory: string, name: string): Promise<void> {
  const left = (await readdir(directory)).filter(
    (entry) => entry === name || entry.startsWith(`.${name}.partial-`),
  );
  for (const entry of left) await rm(join(directory, entry), REMOVE);
}

/** The receipt of a finished prefix; undefined when it is missing or of another format. */
async function readReceipt(path: string): Promise<Receipt | undefined> {
  const file = join(path, RECEIPT_FILE);
  try {
    return parseReceipt(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof DepotError && error.code === 'bad-format') return undefined;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
