import { Progress } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import type { Argv } from 'yargs';
import { exportTree, type ExportReport } from '../export/export-tree.js';
import { readHydrator } from '../export/read-hydrator.js';
import { selectReleases } from '../export/select-releases.js';
import { openRepository } from '../repository/open-repository.js';
import { type Context, show } from './context.js';
import { openOptions, type RepoOptions, withJson, withKeys, withRepo } from './options.js';
import { count } from './render.js';

export interface ExportOptions extends RepoOptions {
  readonly into: string;
  readonly channel?: readonly string[] | undefined;
  readonly release?: readonly string[] | undefined;
  /** Days. */
  readonly prune?: number | undefined;
}

export async function exportCommand(options: ExportOptions, context: Context): Promise<ExportReport> {
  const opened = await openRepository(options.repo, openOptions(options, context));
  const limits = { channels: options.channel, releases: options.release };
  const selection = await selectReleases(opened.trusted, limits);
  const hydrator = await readHydrator();
  const progress = new Progress(context, 'exporting');
  const { into, prune } = options;
  const pruning = prune === undefined ? undefined : { days: prune, now: context.now() };
  return progress.during(() => exportTree(opened, { into, selection, hydrator, pruning, events: progress }));
}

export function registerExport(cli: Argv, context: Context): Argv {
  return cli.command(
    'export <repo>',
    'write the tree that nodes see as plain files',
    (command) =>
      withJson(withKeys(withRepo(command)))
        .option('into', {
          type: 'string',
          demandOption: true,
          requiresArg: true,
          normalize: true,
          describe: 'directory that nodes see as the prefix',
        })
        .option('channel', {
          type: 'string',
          array: true,
          requiresArg: true,
          describe: 'only these channels, with their current releases',
        })
        .option('release', {
          type: 'string',
          array: true,
          requiresArg: true,
          describe: 'only these releases, by name or hash',
        })
        .option('prune', {
          type: 'number',
          requiresArg: true,
          describe: 'take away what is retired and no channel has run for so many days; jobs may run as long',
        })
        .check(({ prune }) => {
          if (prune === undefined || prune >= 0) return true;
          throw new DepotError('usage', '--prune: expected a number of days from 0 on');
        })
        .example('$0 export /srv/julia --into /shared/julia', 'for NFS or Lustre')
        .example(
          '$0 export /srv/julia --into /shared/julia --prune 30',
          'and without what has long been retired',
        )
        .example(
          '$0 export /srv/julia --into /cvmfs/julia.example.org --channel prod',
          "inside 'cvmfs_server transaction'",
        ),
    async (options) => {
      show(context, options.json, await exportCommand(options, context), renderExport);
    },
  );
}

function renderExport({ into, releases, channels, written, layers, pruned }: ExportReport): string {
  const kept = layers - written;
  const isPruned = pruned.releases.length + pruned.layers.length > 0;
  return [
    `exported ${count(releases.length, 'release')} to ${into}: `,
    `${count(written, 'layer')} written, ${kept} there already; channels: ${channels.join(', ') || 'none'}\n`,
    isPruned
      ? `taken away: ${count(pruned.releases.length, 'release')}, ${count(pruned.layers.length, 'layer')}\n`
      : '',
  ].join('');
}
