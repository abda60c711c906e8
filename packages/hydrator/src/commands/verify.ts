import type { Argv } from 'yargs';
import { show } from './context.js';
import { withCache, withJson, withRelease } from './options.js';
import { join } from 'node:path';
import { repairLayer } from '../cache/repair-layer.js';
import { verifyLayer } from '../cache/verify-layer.js';
import { DepotError, type ReleaseLayer, tree } from '../format/index.js';
import { openRelease, type ReleaseOptions } from '../job/open-release.js';
import { chooseTreeRoot, type TreeRootOptions } from '../job/tree-root.js';
import { exists } from '../cache/exists.js';
import type { Context } from './context.js';
import { withDefaults } from './start.js';

export interface VerifyReport {
  readonly release: string;
  readonly root: string;
  readonly verified: readonly string[];
  /** Layers of the release that this node has not fetched. */
  readonly absent: readonly string[];
  /** Layers that were damaged and are whole again. */
  readonly repaired: readonly string[];
}

export interface VerifyOptions extends ReleaseOptions, TreeRootOptions {
  /** Fetch again what is damaged. */
  readonly repair?: boolean | undefined;
}

/**
 * Hashes every layer of the release that stands on this node again.
 * @throws DepotError `bad-digest` with every difference found, file by file
 */
export async function verify(options: VerifyOptions, context: Context): Promise<VerifyReport> {
  const open = await openRelease(withDefaults(options, context), context.note);
  const { release, id } = open.verified;
  if (options.repair === true && open.location.kind === 'tree') {
    throw new DepotError('usage', `${options.repo}: a mounted tree is not repaired from here`, {
      hint: "whoever publishes must run 'depot-publish export' again; without --repair it is only verified",
    });
  }
  const { into, cache } = options;
  const places = { into, cache, defaultCache: context.directories.cache };
  const root = await chooseTreeRoot(open.location, release, release.layers, places);
  const present: ReleaseLayer[] = [];
  const differences: string[] = [];
  const repaired: string[] = [];
  for (const layer of release.layers) {
    const directory = join(root, tree.layer(layer.id));
    if (!(await exists(directory))) {
      // A node fetches what it needs; a tree must be whole.
      if (open.location.kind === 'tree') differences.push(`${directory}: missing`);
      continue;
    }
    present.push(layer);
    context.note(`verifying ${layer.id}`);
    const listing = await open.repository.listing(layer);
    const found = await verifyLayer(directory, listing);
    if (found.length === 0 || options.repair !== true) {
      for (const difference of found) differences.push(difference);
      continue;
    }
    for (const difference of found) context.note(difference);
    await repairLayer(open.location.source, layer, listing, root);
    repaired.push(layer.id);
  }
  if (differences.length > 0) {
    throw new DepotError('bad-digest', differences.join('\n'), {
      hint:
        open.location.kind === 'tree'
          ? "whoever publishes must remove the damaged layer and run 'depot-publish export' again"
          : "'depot-hydrate verify --repair' fetches again what is damaged",
    });
  }
  if (present.length === 0) {
    throw new DepotError('not-found', `${root}: none of the release's layers is here`, {
      hint: "fetch them first with 'depot-hydrate fetch'",
    });
  }
  const verified = present.map((layer) => layer.id);
  const absent = release.layers.map((layer) => layer.id).filter((layer) => !verified.includes(layer));
  return { release: id, root, verified, absent, repaired };
}

export function renderReport(report: VerifyReport): string {
  const rest = report.absent.length === 0 ? '' : `, ${report.absent.length} not on this node`;
  const mended = report.repaired.length === 0 ? '' : `, ${report.repaired.length} repaired`;
  return `release ${report.release.slice(0, 12)} at ${report.root}: ${report.verified.length} layers verified${mended}${rest}\n`;
}

export function registerVerify(cli: Argv, context: Context): Argv {
  return cli.command(
    'verify',
    "hash the release's layers on this node again",
    (command) =>
      withJson(withCache(withRelease(command)))
        .option('repair', { type: 'boolean', default: false, describe: 'fetch again what is damaged' })
        .example('$0 verify --repo /cvmfs/julia.example.org --channel prod', 'a mounted tree, file by file'),
    async (options) => {
      show(context, options.json, await verify(options, context), renderReport);
    },
  );
}
