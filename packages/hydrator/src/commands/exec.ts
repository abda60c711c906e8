import type { Argv } from 'yargs';
import { DepotError } from '../format/index.js';
import { withCache, withHost, withJulia, withRelease, withWish } from './options.js';
import { prepareProbedStart, wantsProbe } from './probed-start.js';
import { logLine, prepareStart } from './start.js';
import { basename } from 'node:path';
import { ensureMountable } from '../job/prepare-launch.js';
import { runCommand } from '../launch/run-command.js';
import type { Context } from './context.js';
import type { Start } from './start.js';

/**
 * Runs a job's command on the chosen image. A command that starts with `julia` gets the Julia of `--julia` with the
 * image's flags before its own; any other command gets the environment.
 * @returns the command's exit code
 */
export async function exec(start: Start, command: readonly string[], context: Context): Promise<number> {
  const { release, root, julia, launch, lease } = start;
  await ensureMountable(release, root);
  context.note(logLine(start));
  const [program = '', ...args] = command;
  const words =
    basename(program) === 'julia' ? [...julia.command, ...launch.environment.flags, ...args] : command;
  // The job outlives this process where that alone is killed.
  const code = await runCommand(launch.wrap(words), launch.inherit(context.env), async (pid) =>
    lease?.add([pid]),
  );
  await lease?.release();
  return code;
}

export function registerExec(cli: Argv, context: Context): Argv {
  return cli.command(
    'exec',
    'start a job on the chosen image: exec --repo R --channel C -- julia script.jl ...',
    (command) =>
      withJulia(withCache(withWish(withHost(withRelease(command)))))
        .option('probe', {
          type: 'boolean',
          describe:
            'start the image once before the job, and take the next where that fails (or DEPOT_PROBE=1)',
        })
        .example(
          '$0 exec --repo https://julia.example.org --channel prod --root root.json -- julia -p 4 job.jl',
          'the workers start on the same image',
        ),
    async (options) => {
      if (context.job.length === 0) {
        throw new DepotError('usage', 'exec: no command', { hint: 'end with: -- julia script.jl' });
      }
      const prepare = (options.probe ?? wantsProbe(context)) ? prepareProbedStart : prepareStart;
      context.exitWith(await exec(await prepare(options, context), context.job, context));
    },
  );
}
