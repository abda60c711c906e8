import yargs from 'yargs';
import { DepotError, splitArguments } from '../format/index.js';
import type { Context } from './context.js';
import { registerDetect } from './detect.js';
import { registerDoctor } from './doctor.js';
import { registerEnv } from './env.js';
import { registerExec } from './exec.js';
import { registerExplain } from './explain.js';
import { registerFetch } from './fetch.js';
import { registerFingerprint } from './fingerprint.js';
import { gatherRepeated } from './gather-repeated.js';
import { registerGc } from './gc.js';
import { registerVerify } from './verify.js';

const COMMANDS = [
  registerDetect,
  registerExplain,
  registerEnv,
  registerExec,
  registerFetch,
  registerVerify,
  registerGc,
  registerDoctor,
  registerFingerprint,
];

/**
 * Parses the command line and runs the command.
 * @throws DepotError, `usage` for a bad command line
 */
export async function run(args: readonly string[], host: Omit<Context, 'job'>): Promise<void> {
  const { own, rest } = splitArguments(args);
  const context = { ...host, job: rest };
  const cli = yargs(gatherRepeated(own, '--mirror'))
    .scriptName('depot-hydrate')
    .usage('$0 <command>\n\nStarts Julia on the precompiled image that fits this node.')
    .parserConfiguration({ 'duplicate-arguments-array': false })
    .demandCommand(1, 'name a command')
    .recommendCommands()
    .completion('completion', 'print a script that completes commands and options in bash or zsh')
    .strict()
    .version(false)
    .fail((message, error: Error | undefined) => {
      // What handlers throw comes by here too; yargs' own complaints are usage errors.
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new DepotError('usage', message || (error?.message ?? 'bad command line'), {
        hint: 'depot-hydrate --help lists commands and options',
      });
    });
  await COMMANDS.reduce((built, register) => register(built, context), cli).parseAsync();
}
