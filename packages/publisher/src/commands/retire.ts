import type { Argv } from 'yargs';
import { readClaims } from '../channels/claims.js';
import { findRelease } from '../channels/find-release.js';
import { refuseClaimed } from '../channels/plan-retire.js';
import type { NamedRelease } from '../channels/resolve-release.js';
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

export interface RetireOptions extends WriteOptions {
  /** Names, or beginnings of hashes. */
  readonly releases: readonly string[];
}

export interface RetireReport {
  readonly retired: readonly NamedRelease[];
}

export async function retire(options: RetireOptions, context: Context): Promise<RetireReport> {
  return writing(options, async () => {
    const opened = await openRepository(options.repo, openOptions(options, context));
    const found = await Promise.all(options.releases.map((word) => findRelease(opened.trusted, word)));
    const retired = [...new Map(found.map(({ id, release }) => [id, { id, name: release.name }])).values()];
    refuseClaimed(retired, await readClaims(opened));
    await commitChange(opened, { retired: retired.map(({ id }) => id) }, options, context);
    return { retired };
  });
}

export function registerRetire(cli: Argv, context: Context): Argv {
  return cli.command(
    'retire <repo> <releases..>',
    'publish releases no longer; histories still name them, and gc takes what only they need',
    (command) =>
      withWait(withJson(withKeys(withRepo(command))))
        .positional('releases', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'names of releases, or beginnings of their hashes',
        })
        .example('$0 retire /srv/julia 2025.11 2025.12', 'two that no channel runs any more'),
    async (options) => {
      show(context, options.json, await retire(options, context), renderRetired);
    },
  );
}

function renderRetired({ retired }: RetireReport): string {
  return retired.map(({ id, name }) => `release ${name} (${shortHash(id)}) retired\n`).join('');
}
