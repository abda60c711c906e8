import yargs from 'yargs';
import { DepotError } from '@depotcast/hydrator/format';
import type { Context } from './context.js';
import { registerDiff } from './diff.js';
import { registerExport } from './export.js';
import { registerGc } from './gc.js';
import { registerInit } from './init.js';
import { registerList } from './list.js';
import { registerLog } from './log.js';
import { registerMirror } from './mirror.js';
import { registerPin, registerUnpin } from './pin.js';
import { registerPublish } from './publish.js';
import { registerRefresh } from './refresh.js';
import { registerRetire } from './retire.js';
import { registerRollback } from './rollback.js';
import { registerRotate } from './rotate.js';
import { registerShow } from './show.js';
import { registerSite } from './site.js';
import { registerVerify } from './verify.js';

const COMMANDS = [
  registerInit,
  registerPublish,
  registerList,
  registerShow,
  registerLog,
  registerDiff,
  registerRollback,
  registerVerify,
  registerRefresh,
  registerRotate,
  registerExport,
  registerMirror,
  registerPin,
  registerUnpin,
  registerRetire,
  registerGc,
  registerSite,
];

/**
 * Parses the command line and runs the command.
 * @throws DepotError, `usage` for a bad command line
 */
export async function run(args: readonly string[], context: Context): Promise<void> {
  const cli = yargs([...args])
    .scriptName('depot-publish')
    .usage('$0 <command>\n\nPublishes built Julia environments as a signed repository of static files.')
    .demandCommand(1, 'name a command')
    .recommendCommands()
    .completion('completion', 'print a script that completes commands and options in bash or zsh')
    .strict()
    .version(false)
    .wrap(110)
    .fail((message, error: Error | undefined) => {
      throw (
        error ?? new DepotError('usage', message, { hint: 'depot-publish --help lists commands and options' })
      );
    });
  await COMMANDS.reduce((built, register) => register(built, context), cli).parseAsync();
}
