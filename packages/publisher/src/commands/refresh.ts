import type { Argv } from 'yargs';
import { openSource } from '@depotcast/hydrator';
import { DepotError, type MetadataRole } from '@depotcast/hydrator/format';
import { signWhitelist } from '../cvmfs/sign-whitelist.js';
import { type WhitelistValidity, whitelistValidity } from '../cvmfs/whitelist-validity.js';
import { DurableWriter } from '../files/durable-writer.js';
import { refresh } from '../maintenance/refresh.js';
import { openExpired } from '../repository/open-repository.js';
import { ROOT_COPY } from '../trust/key-directory.js';
import { type Validity, validityOf } from '../trust/validity.js';
import { type Context, show } from './context.js';
import { follow, type Follower, prepareToFollow } from './follow.js';
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

export interface RefreshOptions extends WriteOptions {
  readonly rootKeysDir?: string | undefined;
  readonly timestampDays?: number | undefined;
}

export interface RefreshReport {
  readonly signed: readonly MetadataRole[];
  /** How long each role is valid now. */
  readonly roles: readonly Validity[];
  readonly whitelist: WhitelistValidity;
}

export async function refreshCommand(options: RefreshOptions, context: Context): Promise<RefreshReport> {
  return writing(options, async () => {
    const open = () => openExpired(options.repo, openOptions(options, context));
    const keys = keysOf(options);
    const now = context.now();
    const days = options.timestampDays === undefined ? {} : { timestamp: options.timestampDays };
    const request = { keys, rootKeys: options.rootKeysDir, days, now };
    const before = await open();
    const source = openSource(options.repo);
    const follower = await prepareToFollow(source, before.config.name, options, context);
    const writer = new DurableWriter(options.repo, context.onWrite);
    const { signed, root } = await refresh(before, request, writer);
    if (root !== undefined) await new DurableWriter(keys).write(ROOT_COPY, root);
    const { state, config } = await open();
    const isWhitelisted = await signWhitelist(follower.namespace, config, writer, now);
    await followUnlessExpired(options, context, follower, writer);
    const whitelist = await whitelistValidity(source, isWhitelisted, now);
    return { signed, roles: Object.values(validityOf(state, config.days, now)), whitelist };
  });
}

/** A root that has expired takes the offline keys to renew; until then the timer still renews what it can. */
async function followUnlessExpired(
  options: RefreshOptions,
  context: Context,
  follower: Follower,
  writer: DurableWriter,
): Promise<void> {
  try {
    await follow(options, context, follower, writer);
  } catch (error) {
    if (!(error instanceof DepotError) || error.code !== 'expired') throw error;
    context.note(`warning: CernVM-FS clients keep the old metadata: ${error.message}`);
  }
}

export function registerRefresh(cli: Argv, context: Context): Argv {
  return cli.command(
    'refresh <repo>',
    'sign again before signatures expire; run it by a timer',
    (command) =>
      withWait(withJson(withKeys(withRepo(command))))
        .option('timestamp-days', {
          type: 'number',
          requiresArg: true,
          describe: 'validity of the timestamp from now on, in days',
        })
        .option('root-keys-dir', {
          type: 'string',
          requiresArg: true,
          describe: 'directory of the root keys: renews the root as well',
        })
        .example('$0 refresh /srv/julia', 'once a week: the timestamp, and whatever else is due')
        .example('$0 refresh /srv/julia --root-keys-dir /media/safe', 'once a year'),
    async (options) => {
      show(context, options.json, await refreshCommand(options, context), renderRefresh);
    },
  );
}

function renderRefresh({ signed, roles, whitelist }: RefreshReport): string {
  const rows = roles.map(({ role, version, expires, daysLeft, due }) => [
    ...[role, `version ${version}`, `valid until ${expires}`, `${daysLeft} days left`],
    due && role === 'root' ? 'renew it with --root-keys-dir' : signed.includes(role) ? 'signed now' : '',
  ]);
  const { expires, daysLeft, isSigned } = whitelist;
  rows.push([
    ...['whitelist', '', `valid until ${expires}`, `${daysLeft} days left`],
    isSigned ? 'signed now' : 'its master key is not among the keys',
  ]);
  return renderTable(rows);
}
