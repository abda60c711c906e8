import type { Argv } from 'yargs';
import type { Channel } from '@depotcast/hydrator/format';
import { openRepository } from '../repository/open-repository.js';
import { type Context, show } from './context.js';
import { openOptions, type RepoOptions, withJson, withKeys, withRepo } from './options.js';
import { renderTable, shortHash } from './render.js';

export interface LogOptions extends RepoOptions {
  readonly channel: string;
}

/** A channel's history, oldest first. */
export async function log(options: LogOptions, context: Context): Promise<Channel> {
  const { trusted } = await openRepository(options.repo, openOptions(options, context));
  return trusted.channel(options.channel);
}

export function registerLog(cli: Argv, context: Context): Argv {
  return cli.command(
    'log <repo> <channel>',
    "a channel's history, newest first",
    (command) =>
      withJson(withKeys(withRepo(command)))
        .positional('channel', { type: 'string', demandOption: true, describe: 'name of the channel' })
        .example('$0 log /srv/julia prod', 'which releases prod has run'),
    async (options) => {
      show(context, options.json, await log(options, context), renderHistory);
    },
  );
}

function renderHistory({ entries }: Channel): string {
  const rows = entries.map(({ revision, action, name, release, at }) => [
    ...[String(revision), at, action, name, shortHash(release)],
  ]);
  return renderTable([['REVISION', 'AT', 'ACTION', 'RELEASE', 'ID'], ...rows.reverse()]);
}
