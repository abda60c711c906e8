import type { Argv } from 'yargs';
import { openSource } from '@depotcast/hydrator';
import { DepotError, digestOf, type MetadataRole } from '@depotcast/hydrator/format';
import { DurableWriter } from '../files/durable-writer.js';
import { refresh } from '../maintenance/refresh.js';
import { rotateRoles, rotateRoot } from '../maintenance/rotate.js';
import { openExpired } from '../repository/open-repository.js';
import { type OnlineRole, ROOT_COPY } from '../trust/key-directory.js';
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
import { renderTable } from './render.js';

const ROLES = ['root', 'targets', 'snapshot', 'timestamp'] as const;

export interface RotateOptions extends WriteOptions {
  readonly role: readonly MetadataRole[];
  readonly rootKeysDir: string;
  readonly newRootKeysDir?: string | undefined;
  readonly rootKeys?: number | undefined;
  readonly threshold?: number | undefined;
}

export interface RotateReport {
  readonly roles: readonly MetadataRole[];
  readonly version: number;
  /** SHA-256 of the newest root. */
  readonly rootFingerprint: string;
}

export async function rotateCommand(options: RotateOptions, context: Context): Promise<RotateReport> {
  const roles = [...new Set(options.role)];
  const online = roles.filter((role): role is OnlineRole => role !== 'root');
  const newRootKeys = newRootKeysOf(options);
  return writing(options, async () => {
    const open = () => openExpired(options.repo, openOptions(options, context));
    const keys = keysOf(options);
    const request = { keys, rootKeys: options.rootKeysDir, now: context.now() };
    const writer = new DurableWriter(options.repo, context.onWrite);
    const before = await open();
    const follower = await prepareToFollow(openSource(options.repo), before.config.name, options, context);
    let root: Buffer | undefined;
    if (online.length > 0) root = await rotateRoles(before, online, request, writer);
    if (newRootKeys !== undefined) root = await rotateRoot(await open(), newRootKeys, request, writer);
    if (root === undefined) throw new Error('no role was rotated');
    await new DurableWriter(keys).write(ROOT_COPY, root);
    // A new timestamp makes CernVM-FS clients see the new root as well.
    await refresh(await open(), { keys, now: context.now() }, writer);
    await follow(options, context, follower, writer);
    const { version } = (await open()).state.root.signed;
    return { roles, version, rootFingerprint: digestOf(root) };
  });
}

function newRootKeysOf({ role, newRootKeysDir, rootKeys = 1, threshold = 1 }: RotateOptions) {
  if (role.includes('root') !== (newRootKeysDir !== undefined)) {
    throw new DepotError('usage', 'new root keys need --role root and --new-root-keys-dir, both');
  }
  if (threshold < 1 || threshold > rootKeys) {
    throw new DepotError('usage', `expected a threshold from 1 to ${rootKeys}, got ${threshold}`);
  }
  if (newRootKeysDir === undefined) return undefined;
  return { directory: newRootKeysDir, count: rootKeys, threshold };
}

export function registerRotate(cli: Argv, context: Context): Argv {
  return cli.command(
    'rotate <repo>',
    'give roles new keys, with the root keys; nodes follow by themselves',
    (command) =>
      withWait(withJson(withKeys(withRepo(command))))
        .option('role', {
          choices: ROLES,
          array: true,
          demandOption: true,
          requiresArg: true,
          describe: 'whose keys to replace',
        })
        .option('root-keys-dir', {
          type: 'string',
          demandOption: true,
          requiresArg: true,
          describe: 'directory of the root keys, as many as must sign',
        })
        .option('new-root-keys-dir', {
          type: 'string',
          requiresArg: true,
          describe: 'with --role root: directory for the new root keys',
        })
        .option('root-keys', { type: 'number', requiresArg: true, describe: 'how many new root keys; 1' })
        .option('threshold', {
          type: 'number',
          requiresArg: true,
          describe: 'how many of them must sign a new root; 1',
        })
        .example(
          '$0 rotate /srv/julia --role targets timestamp --root-keys-dir /media/safe',
          'after a key was lost or stolen',
        )
        .example(
          '$0 rotate /srv/julia --role root --root-keys-dir /media/safe --new-root-keys-dir /media/new --root-keys 3 --threshold 2',
          'new root keys, signed by the old ones',
        ),
    async (options) => {
      show(context, options.json, await rotateCommand(options, context), renderRotated);
    },
  );
}

function renderRotated({ roles, version, rootFingerprint }: RotateReport): string {
  return renderTable([
    ['new keys for', roles.join(', ')],
    ['root', `version ${version}`],
    ['root fingerprint', rootFingerprint],
  ]);
}
