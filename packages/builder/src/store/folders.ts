import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from './canonical.js';

/** Folders below a build cache. */
export interface BuildFolders {
  /** Layers as nodes will see them, unless Julia needs them at the prefix itself. */
  readonly staging: string;
  /** Markers and listings of finished layers. */
  readonly finished: string;
  /** What finished stages found out: traces, counts, proofs. */
  readonly records: string;
  readonly logs: string;
  /** Scratch space; what a killed build leaves here goes with the next. */
  readonly work: string;
  /** Julia's home, always empty. */
  readonly home: string;
}

export function buildFolders(cache: string): BuildFolders {
  return {
    staging: join(cache, 'tree'),
    finished: join(cache, 'finished'),
    records: join(cache, 'records'),
    logs: join(cache, 'logs'),
    work: join(cache, 'work'),
    home: join(cache, 'work', 'home'),
  };
}

/** Makes the folders, scratch space anew. */
export async function prepareFolders(folders: BuildFolders): Promise<void> {
  await removeTree(folders.work);
  for (const folder of [folders.finished, folders.records, folders.logs, folders.home]) {
    await mkdir(folder, { recursive: true });
  }
}

/** Runs `action` with a folder of its own, which is removed afterwards. */
export async function withWorkFolder<T>(
  { work }: BuildFolders,
  action: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(work, 'stage-'));
  try {
    return await action(folder);
  } finally {
    await removeTree(folder);
  }
}
