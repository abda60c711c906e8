import type { Argv } from 'yargs';
import { type Context, show } from './context.js';
import { withHost, withJson } from './options.js';
import { hasTargets } from '../host/host-features.js';
import { effectiveHost, type HostsOptions } from '../job/effective-host.js';
import { runnableTargets } from '../select/runnable-targets.js';

/** The contract's answer of `detect --json`. */
export interface Detection {
  readonly arch: string;
  readonly features: readonly string[];
  /** Runnable targets, best first. */
  readonly targets: readonly string[];
  readonly best: string | null;
  readonly warnings: readonly string[];
}

export async function detect(options: HostsOptions, { env }: Pick<Context, 'env'>): Promise<Detection> {
  const host = await effectiveHost(options, [], env);
  const targets = runnableTargets(host).map((target) => target.name);
  const none =
    targets.length === 0 && hasTargets(host.arch)
      ? [`no target is known for ${host.arch} with these features`]
      : [];
  const capped = host.cap === undefined ? [] : [host.cap.says];
  return {
    arch: host.arch,
    features: [...host.features].sort(),
    targets,
    best: targets[0] ?? null,
    warnings: [...host.warnings, ...capped, ...none],
  };
}

export function renderDetection(detection: Detection): string {
  return [
    `architecture  ${detection.arch}`,
    `targets       ${detection.targets.join(', ') || 'none'}`,
    `features      ${detection.features.join(' ')}`,
    ...detection.warnings.map((warning) => `warning       ${warning}`),
    '',
  ].join('\n');
}

export function registerDetect(cli: Argv, context: Context): Argv {
  return cli.command(
    'detect',
    "this host's features and the targets it can run, best first",
    (command) =>
      withJson(withHost(command)).example(
        '$0 detect --cpuinfo node17.txt --machine x86_64',
        'a recorded host',
      ),
    async (options) => {
      show(context, options.json, await detect(options, context), renderDetection);
    },
  );
}
