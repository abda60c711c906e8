import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import { build } from './build.js';
import { renderReport } from './build-report.js';
import { type Context, show } from './context.js';
import { cacheFolder, jobsOf, overridesOf, text, withJson, withSpec } from './options.js';
import { renderBuildOutput } from './plan.js';
import { prepareBuild } from './prepare-build.js';

export function registerRun(cli: Argv, context: Context): Argv {
  return cli.command(
    'run <spec>',
    'build what the spec describes, and write the bundle',
    (command) =>
      withJson(withSpec(command))
        .option('out', text('out', 'folder that gets the bundle'))
        .demandOption('out')
        .option('jobs', {
          type: 'number',
          requiresArg: true,
          describe: 'compilations at a time; a system image takes 2 to 4 GB of memory',
        })
        .option(
          'cache',
          text('cache', 'folder that keeps finished layers; by default ~/.cache/depotcast/build'),
        )
        .example('$0 run spec.toml --out bundle', 'all targets of the spec')
        .example(
          '$0 run spec.toml --out bundle --target x86-64-v3 --jobs 1',
          'one target, one Julia at a time',
        )
        .example(
          '$0 run spec.toml --out bundle --julia /opt/arm/usr/bin/julia --linker aarch64-linux-gnu-gcc',
          'for another architecture, by a script that starts an emulator',
        ),
    async (args) => {
      const prepared = await prepareBuild(args.spec, overridesOf(args, context), context.env);
      for (const { target, reason } of prepared.plan.skipped) {
        context.progress.note(`skipped: ${target} ${reason}`);
      }
      for (const output of prepared.plan.buildOutputs) {
        context.progress.note(renderBuildOutput(output).trimEnd());
      }
      const request = {
        out: resolve(context.cwd, args.out),
        cache: cacheFolder(args.cache, context),
        jobs: jobsOf(args.jobs, context),
      };
      show(context, args.json, await build(prepared, request, context), renderReport);
    },
  );
}
