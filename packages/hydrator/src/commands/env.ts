import type { Argv } from 'yargs';
import { describeFailure } from '../format/index.js';
import { holdersOf } from '../job/lease-layers.js';
import { linuxProcesses } from '../lock/process-identity.js';
import { plainEnvironment } from '../launch/plain-environment.js';
import { renderShell, SHELL_FORMATS, type ShellFormat } from '../launch/render-shell.js';
import type { Context } from './context.js';
import { withCache, withHost, withJulia, withRelease, withWish } from './options.js';
import { logLine, prepareStart, type StartOptions } from './start.js';

export interface EnvOptions {
  readonly format: ShellFormat;
  readonly failOpen?: boolean | undefined;
  readonly failClosed?: boolean | undefined;
  /** The process for which the layers must stay. */
  readonly leasePid?: number | undefined;
}

/**
 * Prints the environment of the chosen image. Where there is none for whatever reason, the job is left with plain Julia and
 * a line that says why, unless it is to fail.
 * @throws DepotError as `prepareStart` does, when it is to fail
 */
export async function printEnv(options: StartOptions & EnvOptions, context: Context): Promise<void> {
  const { format, failOpen, failClosed } = options;
  const isSlurm = format === 'slurm';
  const say = isSlurm ? sayThroughSlurm(context) : context.note;
  // Of a job's tasks on a node the first speaks for all, unless one fails.
  const isFirst = !isSlurm || ['0', undefined].includes(context.env['SLURM_LOCALID']);
  const note = isFirst ? say : () => undefined;
  try {
    const holders = await holdersOf(options.leasePid ?? (isSlurm ? await taskOf(context.env) : undefined));
    // An environment alone cannot mount anything.
    const start = await prepareStart({ ...options, holders, inPlace: true }, { ...context, note });
    const text = renderShell(format, start.launch.environment);
    note(logLine(start));
    context.print(text);
  } catch (error) {
    const why = onOneLine(describeFailure('depot-hydrate', error).text);
    if (!(failOpen ?? (isSlurm && failClosed !== true))) {
      if (isSlurm) say(why);
      throw error;
    }
    say(`depotcast: plain Julia, no image: ${why}`);
    context.print(renderShell(format, plainEnvironment(context.env)));
  }
}

/** In a TaskProlog, the process that becomes the task: neither the script nor, by then, its session's leader lives on. */
async function taskOf(env: NodeJS.ProcessEnv): Promise<number | undefined> {
  const pid = Number(env['SLURM_TASK_PID'] ?? 0);
  return Number.isSafeInteger(pid) && (await linuxProcesses.startOf(pid)) !== undefined ? pid : undefined;
}

/** A TaskProlog's standard error is closed: what it says to the job's log are lines of its output. */
function sayThroughSlurm({ print }: Context): Context['note'] {
  return (line) => {
    print(`print ${onOneLine(line)}\n`);
  };
}

function onOneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, '; ');
}

export function registerEnv(cli: Argv, context: Context): Argv {
  return cli.command(
    'env',
    'the environment that starts Julia on the chosen image, for a prologue',
    (command) =>
      withJulia(withCache(withWish(withHost(withRelease(command)))))
        .option('format', {
          choices: SHELL_FORMATS,
          default: 'sh' as const,
          describe: 'shell to write for',
          requiresArg: true,
        })
        .option('fail-open', {
          type: 'boolean',
          describe: 'where no image can be had, leave the job with plain Julia and say why; so does slurm',
        })
        .option('fail-closed', {
          type: 'boolean',
          describe: 'where no image can be had, fail; so do the other formats',
        })
        .conflicts('fail-open', 'fail-closed')
        .option('lease-pid', {
          type: 'number',
          describe:
            "the process for which the layers must stay; this command's caller and its session unless told",
          requiresArg: true,
        })
        .example(
          'eval "$($0 env --repo /cvmfs/julia.example.org --channel prod)"',
          'then: julia $DEPOT_JULIA_FLAGS job.jl',
        )
        .example(
          '$0 env --repo /cvmfs/julia.example.org --channel prod --format slurm',
          "in a TaskProlog of Slurm's",
        ),
    (options) => printEnv(options, context),
  );
}
