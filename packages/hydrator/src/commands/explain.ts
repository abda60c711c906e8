import type { Argv } from 'yargs';
import { type Context, show } from './context.js';
import { withHost, withJson, withRelease, withWish } from './options.js';
import { effectiveHost } from '../job/effective-host.js';
import { openRelease } from '../job/open-release.js';
import { decide } from './decide.js';
import { settleEnvironment } from './settle-environment.js';
import { withDefaults } from './start.js';
import type { VerifiedRelease } from '../trust/trusted-repository.js';
import type { HostFeatures } from '../host/host-features.js';
import { type Decision, describeRefusal, type Wish } from '../select/select-image.js';

export interface Explanation {
  readonly release: string;
  readonly name: string;
  readonly environment: string;
  readonly arch: string;
  readonly chosen: { readonly target: string; readonly start: string } | null;
  /** Every image of the environment, best first. */
  readonly images: readonly {
    readonly target: string;
    readonly start: string;
    readonly runnable: boolean;
    readonly missing: readonly string[];
    /** Where the choice is for several nodes: those that lack something, and what. */
    readonly nodes?: readonly { readonly node: string; readonly missing: readonly string[] }[];
    readonly why: string;
  }[];
  readonly warnings: readonly string[];
}

export function explain(
  verified: Pick<VerifiedRelease, 'id' | 'release'>,
  host: HostFeatures,
  wish: Wish,
  context: Pick<Context, 'env'>,
): Explanation {
  const { decision, warnings } = decide(verified.release, host, wish, context);
  const { chosen, candidates } = decision;
  return {
    release: verified.id,
    name: verified.release.name,
    environment: candidates[0]?.image.environment ?? '',
    arch: host.arch,
    chosen: chosen === undefined ? null : { target: chosen.target, start: chosen.start },
    images: candidates.map((candidate) => ({
      target: candidate.image.target,
      start: candidate.image.start,
      runnable: candidate.runnable,
      missing: candidate.missing,
      ...(candidate.nodes === undefined ? {} : { nodes: candidate.nodes }),
      why: verdict(candidate, decision),
    })),
    warnings,
  };
}

function verdict(candidate: Decision['candidates'][number], { chosen }: Decision): string {
  if (candidate.image === chosen) return 'chosen';
  return candidate.runnable ? 'runs here too' : describeRefusal(candidate);
}

export function renderExplanation(explanation: Explanation): string {
  const rows = explanation.images.map(({ target, start, why }) => [target, start, why] as const);
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  return [
    `release ${explanation.name} (${explanation.release.slice(0, 12)}), environment ${explanation.environment}, on ${explanation.arch}`,
    ...rows.map(([target, start, why]) => `  ${target.padEnd(width(0))}  ${start.padEnd(width(1))}  ${why}`),
    ...explanation.warnings.map((warning) => `warning: ${warning}`),
    '',
  ].join('\n');
}

export function registerExplain(cli: Argv, context: Context): Argv {
  return cli.command(
    'explain',
    'every image of a release: chosen, or which features are missing',
    (command) =>
      withJson(withWish(withHost(withRelease(command))))
        .example(
          '$0 explain --repo /cvmfs/julia.example.org --channel prod',
          'why this node gets what it gets',
        )
        .example(
          '$0 explain --repo /cvmfs/julia.example.org --channel prod --nodes a.txt b.txt',
          'what both of two recorded nodes can run',
        ),
    async (options) => {
      const open = await openRelease(withDefaults(options, context), context.note);
      const host = await effectiveHost(options, open.verified.release.images, context.env);
      const wish = await settleEnvironment(open, options, context);
      show(context, options.json, explain(open.verified, host, wish, context), renderExplanation);
    },
  );
}
