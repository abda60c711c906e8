import { DepotError } from '@depotcast/hydrator/format';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Argv } from 'yargs';
import { readSpec } from '../spec/read.js';
import type { SpecOverrides } from '../spec/spec.js';
import { submit, type SubmitReport } from '../submit/submit.js';
import { type Context, show } from './context.js';
import { cacheFolder, jobsOf, overridesOf, text, withJson, withSpec } from './options.js';
import { renderTable } from './render.js';

const PROGRAM = [process.execPath, fileURLToPath(new URL('../cli.js', import.meta.url))];

export function registerSubmit(cli: Argv, context: Context): Argv {
  return cli.command(
    'submit <spec>',
    "build each target as a task of the site's batch system, and join their bundles into one",
    (command) =>
      withJson(withSpec(command))
        .option('slurm', { type: 'boolean', demandOption: true, describe: 'by Slurm' })
        .option('out', text('out', 'folder that gets the bundle; all nodes must see it'))
        .demandOption('out')
        .option(
          'cache',
          text(
            'cache',
            'folder that keeps finished layers, seen by all nodes; by default ~/.cache/depotcast/build',
          ),
        )
        .option('sbatch', {
          type: 'string',
          array: true,
          nargs: 1,
          default: [],
          describe: 'options for sbatch; for some of the tasks with a target or an architecture before them',
        })
        .option('jobs', { type: 'number', requiresArg: true, describe: 'compilations at a time in a task' })
        .example('$0 submit spec.toml --slurm --out bundle --sbatch "--time=2:00:00 --mem=8G"', 'all targets')
        .example(
          '$0 submit spec.toml --slurm --out bundle --sbatch "aarch64: --partition=arm"',
          'where nodes of that architecture are',
        ),
    async (args) => {
      if (!args.slurm)
        throw new DepotError('usage', 'submit: expected --slurm, the only batch system so far');
      const overrides = overridesOf(args, context);
      const spec = await readSpec(args.spec, overrides);
      const report = await submit(
        {
          spec,
          out: resolve(context.cwd, args.out),
          cache: join(cacheFolder(args.cache, context), 'submitted'),
          sbatch: args.sbatch,
          program: PROGRAM,
          args: [
            spec.file,
            ...runOptions(overrides),
            ...(args.jobs === undefined ? [] : [`--jobs=${jobsOf(args.jobs, context)}`]),
          ],
        },
        context,
      );
      show(context, args.json, report, renderSubmission);
      refuseFailures(report);
    },
  );
}

/** What `run` must be told too; the targets are told apart by the task. */
function runOptions({ prefix, julia, linker }: SpecOverrides): string[] {
  const given = { prefix, julia: julia?.join(' '), linker: linker?.join(' ') };
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );
}

function renderSubmission({ bundle, tasks }: SubmitReport): string {
  const rows = tasks.map(({ target, job, state, node, log, stages, error }) => [
    target,
    job,
    state,
    node,
    stages === null ? (error ?? '') : `${stages.built} stages built, ${stages.reused} reused`,
    log,
  ]);
  return `${renderTable(rows)}${bundle === null ? '' : `${bundle}: ${tasks.length} targets\n`}`;
}

/** @throws DepotError `build-failed` */
function refuseFailures({ tasks }: SubmitReport): void {
  const failed = tasks.filter(({ error }) => error !== null);
  if (failed.length === 0) return;
  const which = failed.map(({ target, log }) => `${target} (${log})`).join(', ');
  throw new DepotError(
    'build-failed',
    `${failed.length} of ${tasks.length} targets were not built: ${which}`,
    {
      hint: 'submit again: what is finished is taken over',
    },
  );
}
