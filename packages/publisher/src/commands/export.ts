import { Progress } from '@depotcast/hydrator';
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
}

export async function exportCommand(options: ExportOptions, context: Context): Promise<ExportReport> {
  const opened = await openRepository(options.repo, openOptions(options, context));
  const limits = { channels: options.channel, releases: options.release };
  const selection = await selectReleases(opened.trusted, limits);
  const hydrator = await readHydrator();
  const progress = new Progress(context, 'exporting');
  return progress.during(() =>
    exportTree(opened, { into: options.into, selection, hydrator, events: progress }),
  );
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
        .example('$0 export /srv/julia --into /shared/julia', 'for NFS or Lustre')
        .example(
          '$0 export /srv/julia --into /cvmfs/julia.example.org --channel prod',
          "inside 'cvmfs_server transaction'",
        ),
    async (options) => {
      show(context, options.json, await exportCommand(options, context), renderExport);
    },
  );
}

function renderExport({ into, releases, channels, written, layers }: ExportReport): string {
  const kept = layers - written;
  return [
    `exported ${count(releases.length, 'release')} to ${into}: `,
    `${count(written, 'layer')} written, ${kept} there already; channels: ${channels.join(', ') || 'none'}\n`,
  ].join('');
}
