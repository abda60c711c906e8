import type { Argv } from 'yargs';
import type { Plan } from '../plan/plan.js';
import { describeStage } from '../plan/stage.js';
import { type Context, show } from './context.js';
import { overridesOf, withJson, withSpec } from './options.js';
import { prepareBuild } from './prepare-build.js';
import { renderBytes, renderTable } from './render.js';

export function registerPlan(cli: Argv, context: Context): Argv {
  return cli.command(
    'plan <spec>',
    'say what would be built: targets, layers, disk',
    (command) =>
      withJson(withSpec(command))
        .example('$0 plan spec.toml', 'all targets of the spec')
        .example('$0 plan spec.toml --target x86-64-v3 --json', 'one target, for programs'),
    async (args) => {
      const { plan } = await prepareBuild(args.spec, overridesOf(args, context), context.env);
      show(context, args.json, plan, renderPlan);
    },
  );
}

/** A line that says which files of a package no Manifest vouches for. */
export function renderBuildOutput({
  environment,
  package: name,
  files,
}: Plan['buildOutputs'][number]): string {
  return `${environment}: ${name} is taken with what its build script wrote: ${files.join(', ')}\n`;
}

function renderPlan(plan: Plan): string {
  const { julia, images, stages, skipped, disk } = plan;
  const where = plan.pathBound ? `runs at ${plan.prefix} only` : 'runs anywhere';
  const head = `${plan.name} ${plan.version}: Julia ${julia.version} for ${julia.arch}, ${where}\n`;
  const targets = images.map((image) => [
    `  ${image.environment}`,
    image.target,
    image.start,
    `-C ${image.cpuTarget}`,
  ]);
  const steps = stages.map((stage) => [`  ${stage.id}`, describeStage(stage)]);
  return [
    head,
    ...skipped.map(({ target, reason }) => `skipped: ${target} ${reason}\n`),
    ...plan.buildOutputs.map(renderBuildOutput),
    `\nimages\n${renderTable(targets)}`,
    `\nstages\n${renderTable(steps)}`,
    `\ndisk: about ${renderBytes(disk.cache)} in the build cache, ${renderBytes(disk.bundle)} for the bundle\n`,
  ].join('');
}
