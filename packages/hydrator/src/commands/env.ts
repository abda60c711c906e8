import type { Argv } from 'yargs';
import type { Context } from './context.js';
import { withCache, withHost, withJulia, withRelease, withWish } from './options.js';
import { SHELL_FORMATS } from '../launch/render-shell.js';
import { logLine, prepareStart } from './start.js';
import { DepotError } from '../format/index.js';
import { renderShell, type ShellFormat } from '../launch/render-shell.js';
import type { Start } from './start.js';

/** @throws DepotError `no-image` when the tree is not where the release must be: an environment alone cannot mount it. */
export function env({ release, root, launch }: Start, format: ShellFormat): string {
  if (release.pathBound && root !== release.prefix) {
    throw new DepotError(
      'no-image',
      `release ${release.name} runs only at ${release.prefix}, and its layers are at ${root}`,
      {
        hint: `mount or fetch it at ${release.prefix}, or start the job with 'depot-hydrate exec', which can bind it there`,
      },
    );
  }
  return renderShell(format, launch.environment);
}

export function registerEnv(cli: Argv, context: Context): Argv {
  return cli.command(
    'env',
    'the environment that starts Julia on the chosen image, for a prologue',
    (command) =>
      withJulia(withCache(withWish(withHost(withRelease(command)))))
        .option('format', { choices: SHELL_FORMATS, default: 'sh' as const, describe: 'shell to write for' })
        .example(
          'eval "$($0 env --repo /cvmfs/julia.example.org --channel prod)"',
          'then: julia $DEPOT_JULIA_FLAGS job.jl',
        ),
    async (options) => {
      const start = await prepareStart(options, context);
      const text = env(start, options.format);
      context.note(logLine(start));
      context.print(text);
    },
  );
}
