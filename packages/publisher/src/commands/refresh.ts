import type { Argv } from 'yargs';
import type { MetadataRole } from '@depotcast/hydrator/format';
import { DurableWriter } from '../files/durable-writer.js';
import { refresh } from '../maintenance/refresh.js';
import { withLock } from '../repository/lock.js';
import { openExpired } from '../repository/open-repository.js';
import { ROOT_COPY } from '../trust/key-directory.js';
import { type Validity, validityOf } from '../trust/validity.js';
import { type Context, show } from './context.js';
import { keysOf, openOptions, type RepoOptions, withJson, withKeys, withRepo } from './options.js';
import { renderTable } from './render.js';

export interface RefreshOptions extends RepoOptions {
  readonly rootKeysDir?: string | undefined;
  readonly timestampDays?: number | undefined;
}

export interface RefreshReport {
  readonly signed: readonly MetadataRole[];
  /** How long each role is valid now. */
  readonly roles: readonly Validity[];
}

export async function refreshCommand(options: RefreshOptions, context: Context): Promise<RefreshReport> {
  return withLock(options.repo, async () => {
    const open = () => openExpired(options.repo, openOptions(options, context));
    const keys = keysOf(options);
    const now = context.now();
    const days = options.timestampDays === undefined ? {} : { timestamp: options.timestampDays };
    const request = { keys, rootKeys: options.rootKeysDir, days, now };
    const { signed, root } = await refresh(
      await open(),
      request,
      new DurableWriter(options.repo, context.onWrite),
    );
    if (root !== undefined) await new DurableWriter(keys).write(ROOT_COPY, root);
    const { state, config } = await open();
    return { signed, roles: Object.values(validityOf(state, config.days, now)) };
  });
}

export function registerRefresh(cli: Argv, context: Context): Argv {
  return cli.command(
    'refresh <repo>',
    'sign again before signatures expire; run it by a timer',
    (command) =>
      withJson(withKeys(withRepo(command)))
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

function renderRefresh({ signed, roles }: RefreshReport): string {
  const rows = roles.map(({ role, version, expires, daysLeft, due }) => [
    ...[role, `version ${version}`, `valid until ${expires}`, `${daysLeft} days left`],
    due && role === 'root' ? 'renew it with --root-keys-dir' : signed.includes(role) ? 'signed now' : '',
  ]);
  return renderTable(rows);
}
