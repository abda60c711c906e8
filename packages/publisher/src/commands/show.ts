import type { Argv } from 'yargs';
import type { Release, ReleaseId } from '@depotcast/hydrator/format';
import { type CoverageRow, coverageOf } from '../coverage/coverage.js';
import { coverageTable } from '../coverage/coverage-table.js';
import { findRelease } from '../channels/find-release.js';
import { openRepository } from '../repository/open-repository.js';
import { type Context, show } from './context.js';
import { openOptions, type RepoOptions, withJson, withKeys, withRepo } from './options.js';
import { count, renderBytes, renderTable } from './render.js';

export interface ShowOptions extends RepoOptions {
  readonly which: string;
}

/** A release's manifest, with its id. */
export interface ShownRelease extends Release {
  readonly id: ReleaseId;
}

export async function showRelease(options: ShowOptions, context: Context): Promise<ShownRelease> {
  const { trusted } = await openRepository(options.repo, openOptions(options, context));
  const { id, release } = await findRelease(trusted, options.which);
  return { id, ...release };
}

/** Which image each known CPU gets of a release. */
export interface ShownCoverage {
  readonly id: ReleaseId;
  readonly name: string;
  readonly coverage: readonly CoverageRow[];
}

export function showCoverage(release: ShownRelease): ShownCoverage {
  return { id: release.id, name: release.name, coverage: coverageOf(release) };
}

export function registerShow(cli: Argv, context: Context): Argv {
  return cli.command(
    'show <repo> <which>',
    'one release: its images and layers',
    (command) =>
      withJson(withKeys(withRepo(command)))
        .positional('which', {
          type: 'string',
          demandOption: true,
          describe: 'a channel, the name of a release, or the beginning of its hash',
        })
        .option('coverage', {
          type: 'boolean',
          default: false,
          describe: 'which image each of some 50 known CPUs gets, and what it lacks for a better one',
        })
        .example('$0 show /srv/julia prod', 'what the channel prod runs')
        .example('$0 show /srv/julia prod --coverage', 'whom it serves well'),
    async (options) => {
      const release = await showRelease(options, context);
      if (options.coverage) show(context, options.json, showCoverage(release), renderCoverage);
      else show(context, options.json, release, renderRelease);
    },
  );
}

function renderCoverage({ name, coverage }: ShownCoverage): string {
  const environments = [...new Set(coverage.map(({ environment }) => environment))];
  return environments
    .map((environment) => {
      const rows = coverage.filter((row) => row.environment === environment);
      return `release ${name}, environment ${environment}\n${renderTable(coverageTable(rows))}`;
    })
    .join('\n');
}

function renderRelease(release: ShownRelease): string {
  const { environment, pathBound, prefix } = release;
  const images = release.images.map(({ environment, target, start, julia, requires }) => [
    ...[`  ${environment}`, target, start, `Julia ${julia.version}`],
    requires.length === 0 ? '' : `needs ${requires.join(' ')}`,
  ]);
  const layers = release.layers.map(({ id, files, bytes }) => [
    `  ${id}`,
    count(files, 'file'),
    renderBytes(bytes),
  ]);
  return [
    `release ${release.name}\nid ${release.id}\n`,
    `environment ${environment.name} ${environment.version}, ${pathBound ? 'runs only' : 'built'} at ${prefix}\n`,
    `images\n${renderTable(images)}`,
    `layers\n${renderTable(layers)}`,
  ].join('');
}
