import { basename } from 'node:path';
import type { Argv } from 'yargs';
import { findFlags } from '../doctor/find-flags.js';
import { findUserFiles } from '../doctor/find-user-files.js';
import { findVariables } from '../doctor/find-variables.js';
import type { Finding } from '../doctor/finding.js';
import { DepotError, type Image, layersToStart } from '../format/index.js';
import { chooseTreeRoot } from '../job/tree-root.js';
import { ensureMountable, prepareLaunch, seenRoot } from '../job/prepare-launch.js';
import {
  bundledJulia,
  identifyJulia,
  inspectJulia,
  juliaCommand,
  type JuliaProgram,
} from '../launch/julia-program.js';
import { type Context, show } from './context.js';
import { withCache, withHost, withJson, withJulia, withRelease, withWish } from './options.js';
import { choose, type ChoiceOptions } from './start.js';

export interface Diagnosis {
  readonly release: string;
  readonly name: string;
  readonly image: { readonly target: string; readonly start: string };
  readonly julia: { readonly program: string; readonly version: string };
  /** Nothing when a job would run as published. */
  readonly findings: readonly Finding[];
}

type DoctorOptions = ChoiceOptions & {
  readonly julia?: string | undefined;
  readonly scratch?: string | undefined;
};

/**
 * Looks for what would keep a job from running as published, and fetches nothing.
 * @throws DepotError `no-image` when the node can run no image, and as opening a release does
 */
export async function diagnose(options: DoctorOptions, context: Context): Promise<Diagnosis> {
  const { open, release, image } = await choose(options, context);
  const { env } = context;
  const { into, cache } = options;
  const places = { into, cache, defaultCache: context.directories.cache };
  const root = await chooseTreeRoot(open.location, release, layersToStart(release, image), places);
  const bundled = options.julia === undefined ? bundledJulia(image, seenRoot(release, root)) : undefined;
  const julia = bundled ?? (await inspectJulia(juliaCommand(options.julia), env));
  const { environment } = prepareLaunch(release, image, root, julia, options.scratch, env);
  const [program = 'julia', ...args] = context.job;
  const home = env['HOME'];
  return {
    release: open.verified.id,
    name: release.name,
    image: { target: image.target, start: image.start },
    julia: { program: julia.command.join(' '), version: julia.version },
    findings: [
      ...(await findWrongJulia(image, julia, env)),
      ...(await asFinding(release.prefix, ensureMountable(release, root))),
      ...findVariables(env, environment),
      ...(home === undefined ? [] : await findUserFiles(home, julia.version)),
      ...(basename(program) === 'julia' ? findFlags(args, image) : []),
    ],
  };
}

/** Caches and images belong to one build of Julia; another of the same version refuses them, or crashes. */
async function findWrongJulia(image: Image, julia: JuliaProgram, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  if (julia.isBundled === true) return [];
  const subject = julia.command.join(' ');
  const { version, identity } = image.julia;
  const what =
    julia.version !== version
      ? `is Julia ${julia.version}, and the image is for ${version}`
      : (await identifyJulia(julia, env)) === identity
        ? undefined
        : `is another build of Julia ${version} than the one that the image was compiled with`;
  if (what === undefined) return [];
  const remedy = 'install the Julia that the release was built with, or build a release with this one';
  return [{ effect: 'breaks', subject, what, remedy }];
}

async function asFinding(subject: string, attempt: Promise<void>): Promise<Finding[]> {
  try {
    await attempt;
    return [];
  } catch (error) {
    if (!(error instanceof DepotError)) throw error;
    return [{ effect: 'breaks', subject, what: error.message, remedy: error.hint ?? '' }];
  }
}

export function renderDiagnosis({ name, release, image, julia, findings }: Diagnosis): string {
  const lines = findings.map(
    ({ effect, subject, what, remedy }) => `${effect}: ${subject}: ${what}\n  remedy: ${remedy}\n`,
  );
  const summary = findings.length === 0 ? 'nothing found that would disturb it' : `${findings.length} found`;
  return [
    `release ${name} (${release.slice(0, 12)}) on ${image.target}, ${image.start}, with ${julia.program} ${julia.version}\n`,
    ...lines,
    `${summary}\n`,
  ].join('');
}

const VERIFICATION_FAILED = 4;

export function registerDoctor(cli: Argv, context: Context): Argv {
  return cli.command(
    'doctor',
    'what on this node, in this shell or on a command line would disturb a release',
    (command) =>
      withJson(withJulia(withCache(withWish(withHost(withRelease(command))))))
        .example('$0 doctor --repo /cvmfs/julia.example.org --channel prod', 'in the shell that starts jobs')
        .example(
          '$0 doctor --repo /cvmfs/julia.example.org --channel prod -- julia --check-bounds=yes job.jl',
          'with the flags of a job',
        ),
    async (options) => {
      const diagnosis = await diagnose(options, context);
      show(context, options.json, diagnosis, renderDiagnosis);
      if (diagnosis.findings.length > 0) context.exitWith(VERIFICATION_FAILED);
    },
  );
}
