import type { Argv } from 'yargs';
import { DurableWriter } from '../files/durable-writer.js';
import { DEFAULT_DAYS } from '../repository/config.js';
import { createRepository, type CreatedRepository } from '../repository/create-repository.js';
import { withLock } from '../repository/lock.js';
import { openRepository } from '../repository/open-repository.js';
import { type Context, show } from './context.js';
import { follow, prepareToFollow } from './follow.js';
import { keysOf, openOptions, withJson, withRepo } from './options.js';
import { renderTable } from './render.js';

export interface InitOptions {
  readonly repo: string;
  readonly name: string;
  readonly prefix: string;
  readonly keys?: string | undefined;
  readonly rootKeysDir?: string | undefined;
  readonly rootKeys: number;
  readonly threshold: number;
  readonly timestampDays: number;
}

export async function init(options: InitOptions, context: Context): Promise<CreatedRepository> {
  const keys = keysOf(options);
  const created = await createRepository({
    directory: options.repo,
    name: options.name,
    prefix: options.prefix,
    days: { ...DEFAULT_DAYS, timestamp: options.timestampDays },
    keys,
    rootKeys: options.rootKeysDir ?? keys,
    rootKeyCount: options.rootKeys,
    threshold: options.threshold,
    now: context.now(),
  });
  await withLock(options.repo, async () => {
    const { trusted, config } = await openRepository(options.repo, openOptions(options, context));
    const follower = await prepareToFollow(trusted.source, config.name, options, context);
    await follow(options, context, follower, new DurableWriter(options.repo, context.onWrite));
  });
  return created;
}

export function registerInit(cli: Argv, context: Context): Argv {
  return cli.command(
    'init <repo>',
    'make keys and an empty signed repository',
    (command) =>
      withJson(withRepo(command))
        .option('name', {
          type: 'string',
          demandOption: true,
          requiresArg: true,
          describe: 'fully qualified name',
        })
        .option('prefix', {
          type: 'string',
          demandOption: true,
          requiresArg: true,
          describe: 'path on the nodes',
        })
        .option('keys', {
          type: 'string',
          requiresArg: true,
          describe: 'directory for the keys; <repo>.keys unless given',
        })
        .option('root-keys-dir', {
          type: 'string',
          requiresArg: true,
          describe: 'directory for the root keys, to be kept offline',
        })
        .option('root-keys', { type: 'number', default: 1, describe: 'how many root keys' })
        .option('threshold', {
          type: 'number',
          default: 1,
          describe: 'how many of them must sign a new root',
        })
        .option('timestamp-days', {
          type: 'number',
          default: DEFAULT_DAYS.timestamp,
          describe: "days until 'refresh' is due",
        })
        .example(
          '$0 init /srv/julia --name julia.example.org --prefix /cvmfs/julia.example.org',
          'one root key',
        )
        .example(
          '$0 init /srv/julia --name julia.example.org --prefix /shared/julia --root-keys 3 --threshold 2 --root-keys-dir /media/safe',
          'two of three root keys, kept elsewhere',
        ),
    async (options) => {
      show(context, options.json, await init(options, context), renderCreated);
    },
  );
}

function renderCreated(created: CreatedRepository): string {
  const rows = [
    ['repository', `${created.directory} (${created.name}, seen at ${created.prefix})`],
    ['keys', created.keys],
    ['root keys', created.rootKeys],
    ['root for nodes', created.root],
    ['root fingerprint', created.rootFingerprint],
  ];
  return renderTable(rows);
}
