import type { Argv } from 'yargs';
import { type CachedLayer, takeInventory } from '../cache/inventory.js';
import { rootsOf, shrink } from '../cache/make-room.js';
import { asStorageError } from '../cache/materialise.js';
import { renderBytes } from '../cache/size.js';
import { sweep } from '../cache/sweep.js';
import { DepotError, type LayerId } from '../format/index.js';
import { type Context, show } from './context.js';
import { withJson } from './options.js';
import { quotaOf } from './start.js';

export interface GcOptions {
  readonly cache?: string | undefined;
  readonly into?: string | undefined;
  readonly quota?: string | undefined;
  readonly config?: string | undefined;
}

export interface GcReport {
  readonly cache: string;
  /** Bytes; null where there is none. */
  readonly quota: number | null;
  readonly removed: readonly { readonly layer: LayerId; readonly bytes: number }[];
  /** What processes that have ended left behind. */
  readonly unfinished: readonly LayerId[];
  readonly locks: number;
  readonly leases: number;
  readonly kept: readonly {
    readonly layer: LayerId;
    readonly bytes: number;
    readonly lastUsed: string;
    /** As `process@host`. */
    readonly usedBy: readonly string[];
  }[];
}

/**
 * Removes what ended processes left, and, with a quota, what nobody uses, least recently used first.
 * @throws DepotError `not-found` where there is no cache, `storage` when the disk refuses
 */
export async function gc(options: GcOptions, context: Context, now = Date.now()): Promise<GcReport> {
  const cache = options.into ?? options.cache ?? context.directories.cache;
  const roots = cache === undefined ? [] : await rootsOf(cache);
  if (cache === undefined || roots.length === 0) {
    throw new DepotError('not-found', `${cache ?? 'no home'}: no layer was ever unpacked there`, {
      hint: 'name the cache with --cache, or the folder of a fetch --into with --into',
    });
  }
  const quota = await quotaOf(options);
  try {
    const swept = [];
    for (const root of roots) swept.push(await sweep(root, now));
    const removed = quota === undefined ? [] : await shrink(cache, quota, now);
    return {
      cache,
      quota: quota ?? null,
      removed: removed.map(({ id, bytes }) => ({ layer: id, bytes })),
      unfinished: swept.flatMap(({ unfinished }) => unfinished),
      locks: swept.reduce((sum, { locks }) => sum + locks, 0),
      leases: swept.reduce((sum, { leases }) => sum + leases, 0),
      kept: (await takeInventory(roots, now)).map(describeKept),
    };
  } catch (error) {
    throw asStorageError(error, cache);
  }
}

function describeKept({ id, bytes, lastUsed, holders }: CachedLayer): GcReport['kept'][number] {
  const usedBy = holders.flatMap(({ host, pids }) => pids.map((pid) => `${pid}@${host}`));
  return {
    layer: id,
    bytes,
    lastUsed: new Date(lastUsed).toISOString(),
    usedBy: [...new Set(usedBy)].sort(),
  };
}

export function registerGc(cli: Argv, context: Context): Argv {
  return cli.command(
    'gc',
    'clean the cache: what killed fetches left, and beyond a quota what was not used for longest',
    (command) =>
      withJson(command)
        .option('cache', { type: 'string', describe: "the node's cache directory", requiresArg: true })
        .option('into', { type: 'string', describe: 'the folder of a fetch --into', requiresArg: true })
        .conflicts('cache', 'into')
        .option('quota', {
          type: 'string',
          describe:
            "size that may stay, as 50GB; 0 leaves only what running jobs use; the site's unless told",
          requiresArg: true,
        })
        .option('config', {
          type: 'string',
          describe: "the site's settings, /etc/depotcast.toml unless told",
          requiresArg: true,
        })
        .example('$0 gc --quota 50GB', 'by a timer, or in an epilogue'),
    async (options) => {
      show(context, options.json, await gc(options, context), renderGc);
    },
  );
}

function renderGc({ cache, quota, removed, unfinished, locks, leases, kept }: GcReport): string {
  const sum = (layers: readonly { readonly bytes: number }[]): string =>
    renderBytes(layers.reduce((total, { bytes }) => total + bytes, 0));
  const used = kept.filter(({ usedBy }) => usedBy.length > 0);
  const limit = quota === null ? '' : ` of ${renderBytes(quota)}`;
  const lines = removed.map(({ layer, bytes }) => `removed ${layer} (${renderBytes(bytes)})`);
  return [
    ...lines,
    `${cache}: removed ${removed.length} layers (${sum(removed)}), ${unfinished.length} unfinished, ${locks} locks and ${leases} leases of ended processes`,
    `${kept.length} layers stay (${sum(kept)}${limit}), ${used.length} of them in use`,
    '',
  ].join('\n');
}
