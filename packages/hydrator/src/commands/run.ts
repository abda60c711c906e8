import yargs from 'yargs';
import { DepotError } from '../format/index.js';
import type { Context } from './context.js';
import { registerDetect } from './detect.js';
import { registerEnv } from './env.js';
import { registerExec } from './exec.js';
import { registerExplain } from './explain.js';
import { registerFetch } from './fetch.js';
import { registerVerify } from './verify.js';

const COMMANDS = [registerDetect, registerExplain, registerEnv, registerExec, registerFetch, registerVerify];

/**
 * Parses the command line and runs the command.
 * @throws DepotError, `usage` for a bad command line
 */
export async function run(args: readonly string[], context: Context): Promise<void> {
  const cli = yargs([...args])
    .scriptName('depot-hydrate')
    .usage('$0 <command>\n\nStarts Julia on the precompiled image that fits this node.')
    .parserConfiguration({ 'populate--': true })
    .demandCommand(1, 'name a command')
    .recommendCommands()
    .strict()
    .version(false)
    .fail((message, error: Error | undefined) => {
      throw (
        error ?? new DepotError('usage', message, { hint: 'depot-hydrate --help lists commands and options' })
      );
    });
  await COMMANDS.reduce((built, register) => register(built, context), cli).parseAsync();
}
