import type { Argv } from 'yargs';
import type { ReleaseId } from '@depotcast/hydrator/format';
import { planRollback } from '../channels/plan-rollback.js';
import { DurableWriter } from '../files/durable-writer.js';
import { commitRevision } from '../repository/commit.js';
import { openRepository } from '../repository/open-repository.js';
import { readSigners } from '../trust/key-directory.js';
import { planRevision } from '../trust/plan-revision.js';
import { type Context, show } from './context.js';
import { follow, prepareToFollow } from './follow.js';
import {
  keysOf,
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
    const { trusted, state, config } = await openRepository(options.repo, openOptions(options, context));
    const now = context.now();
    const { channel, ...report } = planRollback(await trusted.channel(options.channel), options.hash, now);
    // A history outlives its releases: it must still be there.
    await trusted.release(report.release);
    const follower = await prepareToFollow(trusted.source, config.name, options, context);
    const writer = new DurableWriter(options.repo, context.onWrite);
    if (channel !== undefined) {
      const signers = await readSigners(keysOf(options));
      await commitRevision(writer, planRevision(state, { channels: [channel] }, signers, config, now));
    }
    await follow(options, context, follower, writer);
    return { channel: options.channel, ...report, changed: channel !== undefined };
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
