import { DepotError, splitArguments } from '@depotcast/hydrator/format';
import yargs from 'yargs';
import type { Context } from './context.js';
import { registerInspect } from './inspect.js';
import { joinValues } from './join-values.js';
import { registerPlan } from './plan.js';
import { registerRecord } from './record.js';
import { registerRun } from './run.js';
import { registerSubmit } from './submit.js';
import { registerTargets } from './targets.js';

const COMMANDS = [
  registerPlan,
  registerRun,
  registerSubmit,
  registerRecord,
  registerTargets,
  registerInspect,
];

/**
 * Parses the command line and runs the command.
 * @throws DepotError, `usage` for a bad command line
 */
export async function runCommandLine(args: readonly string[], host: Omit<Context, 'session'>): Promise<void> {
  const { own, rest } = splitArguments(args);
  const context = { ...host, session: rest };
  const cli = yargs(joinValues(own, '--sbatch'))
    .scriptName('depot-build')
    .usage('$0 <command>\n\nCompiles a described Julia environment for each CPU target.')
    .demandCommand(1, 'name a command')
    .recommendCommands()
    .completion('completion', 'print a script that completes commands and options in bash or zsh')
    .strict()
    .version(false)
    .wrap(110)
    .fail((message, error: Error | undefined) => {
      // yargs reports what an option's check throws as an error of its own.
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new DepotError('usage', message, { hint: 'depot-build --help lists commands and options' });
    });
  await COMMANDS.reduce((built, register) => register(built, context), cli).parseAsync();
}
