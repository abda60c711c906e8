import type { Argv } from 'yargs';
import type { TrustedRepository } from '@depotcast/hydrator';
import { DepotError, type ReleaseId } from '@depotcast/hydrator/format';
import { planRollback, type RollbackPlan } from '../channels/plan-rollback.js';
import { openRepository } from '../repository/open-repository.js';
import { commitChange } from './commit-change.js';
import { type Context, show } from './context.js';
import {
  openOptions,
  withJson,
  withKeys,
  withRepo,
  withWait,
  type WriteOptions,
  writing,
} from './options.js';
import { shortHash } from './render.js';

export interface RollbackOptions extends WriteOptions {
  readonly channel: string;
  readonly hash: string;
}

export interface RollbackReport {
  readonly channel: string;
  readonly release: ReleaseId;
  readonly name: string;
  readonly previous: ReleaseId;
  /** False when the channel ran that release already. */
  readonly changed: boolean;
}

export async function rollback(options: RollbackOptions, context: Context): Promise<RollbackReport> {
  return writing(options, async () => {
    const opened = await openRepository(options.repo, openOptions(options, context));
    const { trusted } = opened;
    const history = await trusted.channel(options.channel);
    const { channel, ...report } = planRollback(history, options.hash, context.now());
    requirePublished(trusted, report);
    await commitChange(opened, channel && { channels: [channel] }, options, context);
    return { channel: options.channel, ...report, changed: channel !== undefined };
  });
}

/** A history outlives its releases. */
function requirePublished(
  trusted: TrustedRepository,
  { release, name }: Omit<RollbackPlan, 'channel'>,
): void {
  if (trusted.releases().includes(release)) return;
  throw new DepotError('not-found', `release ${name} (${shortHash(release)}) has been retired`, {
    hint: 'publish its bundle again, or choose a release that there is: depot-publish list',
  });
}

export function registerRollback(cli: Argv, context: Context): Argv {
  return cli.command(
    'rollback <repo> <channel> <hash>',
    'make a channel run an earlier release of its history again',
    (command) =>
      withWait(withJson(withKeys(withRepo(command))))
        .positional('channel', { type: 'string', demandOption: true, describe: 'name of the channel' })
        .positional('hash', {
          type: 'string',
          demandOption: true,
          describe: "the release's hash, or its beginning",
        })
        .example('$0 rollback /srv/julia prod 3fa9', "appends to the history; 'log' shows the hashes"),
    async (options) => {
      show(context, options.json, await rollback(options, context), renderRollback);
    },
  );
}

function renderRollback({ channel, release, name, previous, changed }: RollbackReport): string {
  if (!changed) return `nothing to do: channel ${channel} runs ${name} (${shortHash(release)}) already\n`;
  return `channel ${channel} runs ${name} (${shortHash(release)}) again, after ${shortHash(previous)}\n`;
}
