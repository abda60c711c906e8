import type { Argv } from 'yargs';
import type { Package, PackageChange, ReleaseLayer } from '@depotcast/hydrator/format';
import { diffReleases, type ReleaseDiff } from '../channels/diff-releases.js';
import { findRelease } from '../channels/find-release.js';
import { openRepository } from '../repository/open-repository.js';
import { type Context, show } from './context.js';
import { openOptions, type RepoOptions, withJson, withKeys, withRepo } from './options.js';
import { count, renderBytes, renderTable } from './render.js';

export interface DiffOptions extends RepoOptions {
  readonly from: string;
  readonly to: string;
}

export async function diff(options: DiffOptions, context: Context): Promise<ReleaseDiff> {
  const { trusted } = await openRepository(options.repo, openOptions(options, context));
  const from = await findRelease(trusted, options.from);
  const to = await findRelease(trusted, options.to);
  return diffReleases(from.release, to.release);
}

export function registerDiff(cli: Argv, context: Context): Argv {
  const word = {
    type: 'string',
    demandOption: true,
    describe: 'channel, release name, or beginning of a hash',
  } as const;
  return cli.command(
    'diff <repo> <from> <to>',
    'packages, targets and layers that differ between two releases',
    (command) =>
      withJson(withKeys(withRepo(command)))
        .positional('from', word)
        .positional('to', word)
        .example('$0 diff /srv/julia prod test', 'what moving prod to the release of test changes'),
    async (options) => {
      show(context, options.json, await diff(options, context), renderDiff);
    },
  );
}

function renderDiff({ packages, targets, layers, growth }: ReleaseDiff): string {
  const rows = [
    ...packages.flatMap(({ environment, changes }) =>
      changes.map((change) => [signOf(change), `${environment}: ${change.name}`, describeChange(change)]),
    ),
    ...targets.removed.map((target) => ['-', target, '']),
    ...targets.added.map((target) => ['+', target, '']),
    ...layers.removed.map((layer) => ['-', ...describe(layer)]),
    ...layers.added.map((layer) => ['+', ...describe(layer)]),
  ];
  const sign = growth < 0 ? '-' : '+';
  return `${renderTable(rows)}${count(layers.kept.length, 'layer')} in both, ${sign}${renderBytes(Math.abs(growth))}\n`;
}

function signOf({ from, to }: PackageChange): string {
  if (from === null) return '+';
  return to === null ? '-' : '~';
}

function describeChange({ from, to }: PackageChange): string {
  const version = (side: Package | null): string => side?.version ?? '';
  if (from === null || to === null) return version(from ?? to);
  return from.version === to.version ? `${version(to)}, other code` : `${version(from)} -> ${version(to)}`;
}

function describe({ id, files, bytes }: ReleaseLayer): string[] {
  return [id, `${count(files, 'file')}, ${renderBytes(bytes)}`];
}
