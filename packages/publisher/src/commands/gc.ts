import type { Argv } from 'yargs';
import { DepotError } from '@depotcast/hydrator/format';
import { namedReleases, readClaims } from '../channels/claims.js';
import { outdatedReleases } from '../channels/plan-retire.js';
import type { NamedRelease } from '../channels/resolve-release.js';
import { namespaceKeyFiles, readRepositoryKey, type RepositoryKey } from '../cvmfs/namespace-keys.js';
import { DurableWriter } from '../files/durable-writer.js';
import { exists } from '../files/exists.js';
import { collect, type CollectReport } from '../maintenance/gc/collect.js';
import { type Amount, restore } from '../maintenance/gc/quarantine.js';
import { explain, type Explanation } from '../maintenance/gc/why.js';
import { openRepository } from '../repository/open-repository.js';
import { removeLeftovers } from '../repository/remove-leftovers.js';
import { commitChange } from './commit-change.js';
import { type Context, show } from './context.js';
import {
  keysOf,
  openOptions,
  type RepoOptions,
  withJson,
  withKeys,
  withRepo,
  withWait,
  type WriteOptions,
  writing,
} from './options.js';
import { count, renderBytes, shortHash } from './render.js';

export interface GcOptions extends WriteOptions {
  /** Days. */
  readonly grace: number;
  readonly dryRun?: boolean | undefined;
  readonly keepHistory?: number | undefined;
  readonly keepDays?: number | undefined;
}

export interface GcReport extends CollectReport {
  /** False for a dry run. */
  readonly done: boolean;
  /** Releases that the limits no longer keep. */
  readonly retired: readonly NamedRelease[];
}

export interface RestoreReport {
  readonly restored: readonly string[];
}

const DAY = 24 * 60 * 60 * 1000;
/** Days; CernVM-FS' own tools leave a revision as long. */
export const DEFAULT_GRACE = 3;
const MAX_CHAINS = 20;

export async function gc(options: GcOptions, context: Context): Promise<GcReport> {
  return writing(options, async () => {
    const isDry = options.dryRun === true;
    const retired = await retireOutdated(options, isDry, context);
    const opened = await openRepository(options.repo, openOptions(options, context));
    if (!isDry) await removeLeftovers(options.repo);
    const key = await findRepositoryKey(keysOf(options), opened.config.name);
    const request = { graceDays: options.grace, now: context.now(), isDry, key };
    const report = await collect(opened, request, new DurableWriter(options.repo, context.onWrite));
    return { done: !isDry, retired, ...report };
  });
}

async function retireOutdated(
  options: GcOptions,
  isDry: boolean,
  context: Context,
): Promise<readonly NamedRelease[]> {
  const { keepHistory, keepDays } = options;
  if (keepHistory === undefined && keepDays === undefined) return [];
  const opened = await openRepository(options.repo, openOptions(options, context));
  const limits = { keepHistory, keepDays, now: context.now() };
  const outdated = outdatedReleases(await namedReleases(opened.trusted), await readClaims(opened), limits);
  if (outdated.length > 0 && !isDry) {
    await commitChange(opened, { retired: outdated.map(({ id }) => id) }, options, context);
  }
  return outdated;
}

/** A mirror has none. */
async function findRepositoryKey(keys: string, name: string): Promise<RepositoryKey | undefined> {
  const { repository } = namespaceKeyFiles(keys, name);
  return (await exists(repository)) ? readRepositoryKey(keys, name) : undefined;
}

/** Puts everything back that is in quarantine. */
export async function restoreAll(options: WriteOptions, context: Context): Promise<RestoreReport> {
  return writing(options, async () => {
    return { restored: await restore(new DurableWriter(options.repo, context.onWrite), () => true) };
  });
}

/** Says what keeps something; changes nothing. */
export async function why(
  options: RepoOptions & { readonly why: string; readonly grace: number },
  context: Context,
): Promise<Explanation> {
  const opened = await openRepository(options.repo, openOptions(options, context));
  const since = new Date(context.now().getTime() - options.grace * DAY);
  return explain(opened, options.why.toLowerCase(), since);
}

export function registerGc(cli: Argv, context: Context): Argv {
  return cli.command(
    'gc <repo>',
    'remove what no release needs, in two steps: into quarantine, and deleted by a later run',
    (command) =>
      withWait(withJson(withKeys(withRepo(command))))
        .option('grace', {
          type: 'number',
          default: DEFAULT_GRACE,
          requiresArg: true,
          describe:
            'days for which what is new, or was needed until lately, is left alone; and quarantine lasts',
        })
        .option('keep-history', {
          type: 'number',
          requiresArg: true,
          describe: 'retire releases that are not among the newest so many entries of a channel',
        })
        .option('keep-days', {
          type: 'number',
          requiresArg: true,
          describe: 'retire releases that no channel has run for so many days',
        })
        .option('dry-run', { type: 'boolean', describe: 'say what would go, touch nothing' })
        .option('why', {
          type: 'string',
          requiresArg: true,
          describe: 'say what keeps the object, layer, listing or release of this hash',
        })
        .option('restore', { type: 'boolean', describe: 'put everything back that is in quarantine' })
        .conflicts('why', ['restore', 'dry-run', 'keep-history', 'keep-days'])
        .conflicts('restore', ['dry-run', 'keep-history', 'keep-days'])
        .check((given) => {
          for (const name of ['grace', 'keep-history', 'keep-days']) {
            const value = given[name] as number | undefined;
            if (value === undefined || value >= 0) continue;
            throw new DepotError('usage', `--${name}: expected a number from 0 on`);
          }
          return true;
        })
        .example(
          '$0 gc /srv/julia',
          'what publishes that died, old metadata and retired releases left behind',
        )
        .example('$0 gc /srv/julia --keep-history 10 --keep-days 90', 'retires what neither limit keeps')
        .example('$0 gc /srv/julia --why 3f9c1a', 'which release, layer and file need an object'),
    async (options) => {
      if (options.why !== undefined) {
        show(context, options.json, await why({ ...options, why: options.why }, context), renderExplanation);
      } else if (options.restore === true) {
        show(context, options.json, await restoreAll(options, context), renderRestored);
      } else show(context, options.json, await gc(options, context), renderReport);
    },
  );
}

function renderReport({ done, retired, kept, quarantined, restored, deleted }: GcReport): string {
  const would = done ? '' : 'would be ';
  const lines = [
    ...retired.map(({ id, name }) => `release ${name} (${shortHash(id)}) ${would}retired`),
    ...restored.map((path) => `${path} put back from quarantine`),
    `${renderAmount(quarantined)} ${would}put into quarantine`,
    `${renderAmount(deleted)} ${would}deleted, after quarantine`,
    `${renderAmount(kept)} kept`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function renderAmount({ files, bytes }: Amount): string {
  return `${count(files, 'file')} (${renderBytes(bytes)})`;
}

function renderRestored({ restored }: RestoreReport): string {
  return `${count(restored.length, 'file')} put back from quarantine\n`;
}

function renderExplanation({ wanted, chains, files }: Explanation): string {
  const lines = files.map((path) => path);
  if (chains.length === 0) {
    lines.push(`nothing needs ${wanted}: the next gc takes it once the grace period is over`);
  }
  for (const chain of chains.slice(0, MAX_CHAINS)) {
    lines.push('', ...chain.map((link, depth) => `${'  '.repeat(depth)}${link}`));
  }
  if (chains.length > MAX_CHAINS)
    lines.push('', `and ${chains.length - MAX_CHAINS} other ways; --json has all`);
  return `${lines.join('\n')}\n`;
}
