import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TEMPORARY } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';

/** A moment of a write at which a process may die: the temporary file is complete, or has taken its final name. */
export interface WritePoint {
  /** Path below the writer's root. */
  readonly path: string;
  readonly stage: 'temporary' | 'renamed';
}

/** Told each {@link WritePoint} before the write goes on; what it throws stops the write there, as a crash would. */
export type WriteHook = (point: WritePoint) => void;

export { TEMPORARY };

/**
 * Writes files so that a reader sees the old bytes or the new ones, whatever happens in between: a temporary file in
 * the topmost folder on the way, where leftovers are soon found, fsync, rename. Names are safe from a power cut once
 * {@link sync} has returned.
 */
export class DurableWriter {
  readonly #known = new Set<string>();
  readonly #unsynced = new Set<string>();

  constructor(
    readonly root: string,
    private readonly hook: WriteHook = () => undefined,
  ) {}

  /** @throws DepotError `storage` when the disk refuses; the temporary file is gone then. */
  async write(path: string, data: Uint8Array | string): Promise<void> {
    const final = join(this.root, path);
    const directory = dirname(final);
    const temporary = join(this.root, topFolder(path), `${TEMPORARY}${randomBytes(8).toString('hex')}`);
    await guarded(final, temporary, async () => {
      await this.#makeDirectory(directory);
      await writeAndSync(temporary, data);
    });
    this.hook({ path, stage: 'temporary' });
    await guarded(final, temporary, () => rename(temporary, final));
    this.#unsynced.add(directory);
    this.hook({ path, stage: 'renamed' });
  }

  /** Gives a file another name below the root. @throws DepotError `storage` when the disk refuses */
  async move(from: string, to: string): Promise<void> {
    const [source, final] = [join(this.root, from), join(this.root, to)];
    await guarded(final, undefined, async () => {
      await this.#makeDirectory(dirname(final));
      await rename(source, final);
    });
    this.#unsynced.add(dirname(source)).add(dirname(final));
    this.hook({ path: to, stage: 'renamed' });
  }

  /** Counts a file that is there already among those written: one that died before its sync may have left it. */
  keep(path: string): void {
    this.#unsynced.add(dirname(join(this.root, path)));
  }

  /** Makes every name written so far durable: the barrier between what is referred to and what refers to it. */
  async sync(): Promise<void> {
    const directories = [...this.#unsynced];
    this.#unsynced.clear();
    await Promise.all(directories.map(syncDirectory));
  }

  async #makeDirectory(directory: string): Promise<void> {
    if (this.#known.has(directory)) return;
    const created = await mkdir(directory, { recursive: true });
    for (let made = directory; created !== undefined && made.length >= created.length; made = dirname(made)) {
      this.#unsynced.add(dirname(made));
    }
    this.#known.add(directory);
  }
}

/** The first of a path's folders; the empty string for a file right below the root. */
function topFolder(path: string): string {
  return path.slice(0, Math.max(0, path.indexOf('/')));
}

/** Creates a file whose bytes are durable; its name is not yet. */
export async function writeAndSync(path: string, data: Uint8Array | string): Promise<void> {
  const handle = await open(path, 'wx', 0o644);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function guarded(
  final: string,
  temporary: string | undefined,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (cause) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new DepotError('storage', `${final}: cannot be written (${code})`, { cause });
  }
}
