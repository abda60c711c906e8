import type { Argv } from 'yargs';
import { Progress } from '@depotcast/hydrator';
import { DepotError, isName, type ReleaseId } from '@depotcast/hydrator/format';
import { joinBundles } from '../bundle/join-bundles.js';
import { openBundle, type OpenBundle } from '../bundle/open-bundle.js';
import { DurableWriter } from '../files/durable-writer.js';
import type { PublishPlan } from '../plan/plan-publish.js';
import { proveBundle } from '../proof/prove-bundle.js';
import { preparePublish, type Preparation } from '../publish/prepare.js';
import { publish } from '../publish/publish.js';
import type { LayerCatalogs } from '../cvmfs/mount-layers.js';
import { storeNewLayers } from '../cvmfs/store-layers.js';
import { RESERVED_TAGS } from '../cvmfs/write/tags.js';
import { openRepository, type OpenRepository } from '../repository/open-repository.js';
import { removeLeftovers } from '../repository/remove-leftovers.js';
import { readSigners } from '../trust/key-directory.js';
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
import { count, renderBytes, renderTable, shortHash } from './render.js';

export interface PublishOptions extends WriteOptions {
  readonly bundles: readonly string[];
  readonly name: string;
  readonly channel: string;
}

export interface PublishReport {
  /** False for a dry run. */
  readonly done: boolean;
  /** Null when a dry run cannot know it. */
  readonly release: ReleaseId | null;
  readonly plan: PublishPlan;
}

/** Says what {@link publishCommand} would do. */
export async function dryRun(options: PublishOptions, context: Context): Promise<PublishReport> {
  const { preparation } = await prepare(options, await openBundles(options), context);
  return { done: false, release: preparation.plan.release.id, plan: preparation.plan };
}

export async function publishCommand(options: PublishOptions, context: Context): Promise<PublishReport> {
  const bundles = await openBundles(options);
  return writing(options, async () => {
    const { opened, preparation } = await prepare(options, bundles, context);
    const signers = await readSigners(keysOf(options));
    const { trusted, config } = opened;
    const follower = await prepareToFollow(trusted.source, config.name, options, context);
    await removeLeftovers(options.repo);
    const writer = new DurableWriter(options.repo, context.onWrite);
    let layers: LayerCatalogs | undefined;
    const progress = new Progress(context, 'storing');
    const release = await progress.during(() =>
      publish(preparation, opened, {
        ...{ writer, signers, now: context.now(), events: progress },
        beforeCommit: async (release) => {
          layers = await storeNewLayers(release, follower.namespace.previous, writer);
        },
      }),
    );
    await follow(options, context, follower, writer, layers);
    return { done: true, release, plan: preparation.plan };
  });
}

async function prepare(
  options: PublishOptions,
  bundles: readonly OpenBundle[],
  context: Context,
): Promise<{ readonly opened: OpenRepository; readonly preparation: Preparation }> {
  const { name, channel } = options;
  for (const word of [name, channel]) {
    if (!isName(word))
      throw new DepotError('usage', `'${word}' is no name: letters, digits, dots, dashes, underscores`);
  }
  if (RESERVED_TAGS.includes(name)) {
    throw new DepotError('usage', `'${name}' is the name of a CernVM-FS tag: choose another for the release`);
  }
  const opened = await openRepository(options.repo, openOptions(options, context));
  const preparation = await preparePublish({ name, channel }, joinBundles(bundles), opened);
  await proveBundle(preparation.bundle, preparation.known);
  return { opened, preparation };
}

async function openBundles({ bundles }: PublishOptions): Promise<OpenBundle[]> {
  return Promise.all(bundles.map(openBundle));
}

export function registerPublish(cli: Argv, context: Context): Argv {
  return cli.command(
    'publish <repo> <bundles..>',
    'publish one or more bundles as a release and move a channel to it',
    (command) =>
      withWait(withJson(withKeys(withRepo(command))))
        .positional('bundles', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'bundle directories of one environment, one for each build host',
        })
        .option('name', {
          type: 'string',
          demandOption: true,
          requiresArg: true,
          describe: 'name of the release',
        })
        .option('channel', {
          type: 'string',
          demandOption: true,
          requiresArg: true,
          describe: 'channel that is to run it',
        })
        .option('dry-run', { type: 'boolean', default: false, describe: 'print the plan, write nothing' })
        .example('$0 publish /srv/julia build/bundle --name 2026.11 --channel test', 'one bundle')
        .example(
          '$0 publish /srv/julia x86/bundle arm/bundle --name 2026.11 --channel prod --dry-run',
          'what two would do',
        ),
    async (options) => {
      const run = options.dryRun ? dryRun : publishCommand;
      show(context, options.json, await run(options, context), renderReport);
    },
  );
}

function renderReport({ done, release, plan }: PublishReport): string {
  const { name, targets } = plan.release;
  const { name: channel, revision } = plan.channel;
  const which = `${name}${release === null ? '' : ` (${shortHash(release)})`}`;
  if (plan.outcome === 'nothing') return `nothing to do: channel ${channel} runs ${which} already\n`;
  const rows = plan.layers.map(({ id, action, files, bytes, fresh }) => [
    `  ${action}`,
    id,
    `${count(files, 'file')}, ${renderBytes(bytes)}`,
    action === 'reuse' ? '' : `${count(fresh.files, 'content')} to store, ${renderBytes(fresh.bytes)}`,
  ]);
  const verb = done ? 'published' : 'would publish';
  return `${verb} ${which} for ${targets.join(', ')} to channel ${channel}, revision ${revision}\n${renderTable(rows)}`;
}
