import type { Argv } from 'yargs';
import {
  type ChannelSummary,
  type ReleaseSummary,
  summariseChannels,
  summariseReleases,
} from '../channels/summaries.js';
import { openRepository } from '../repository/open-repository.js';
import { type Context, show } from './context.js';
import { openOptions, type RepoOptions, withJson, withKeys, withRepo } from './options.js';
import { renderBytes, renderTable, shortHash } from './render.js';

export interface Contents {
  readonly name: string;
  readonly prefix: string;
  readonly channels: readonly ChannelSummary[];
  readonly releases: readonly ReleaseSummary[];
}

export async function list(options: RepoOptions, context: Context): Promise<Contents> {
  const { trusted, config } = await openRepository(options.repo, openOptions(options, context));
  return {
    ...{ name: config.name, prefix: config.prefix },
    channels: await summariseChannels(trusted),
    releases: await summariseReleases(trusted),
  };
}

export function registerList(cli: Argv, context: Context): Argv {
  return cli.command(
    'list <repo>',
    'channels with their current release, and all releases',
    (command) => withJson(withKeys(withRepo(command))).example('$0 list /srv/julia --json', 'for programs'),
    async (options) => {
      show(context, options.json, await list(options, context), renderContents);
    },
  );
}

function renderContents({ name, prefix, channels, releases }: Contents): string {
  const title = `${name}, seen at ${prefix}\n`;
  if (releases.length === 0) return `${title}nothing has been published yet\n`;
  const channelRows = channels.map((channel) => [
    ...[channel.channel, channel.name, shortHash(channel.release)],
    ...[`revision ${channel.revision}`, channel.at],
  ]);
  const releaseRows = releases.map((release) => [
    ...[release.name, shortHash(release.id), release.environment],
    ...[release.targets.join(', '), renderBytes(release.bytes)],
  ]);
  return [
    title,
    '\n',
    renderTable([['CHANNEL', 'RELEASE', 'ID', 'REVISION', 'SINCE'], ...channelRows]),
    '\n',
    renderTable([['RELEASE', 'ID', 'ENVIRONMENT', 'TARGETS', 'SIZE'], ...releaseRows]),
  ].join('');
}
