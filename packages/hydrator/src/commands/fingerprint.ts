import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Argv } from 'yargs';
import { hashFile } from '../cache/hash-file.js';
import { replaceFile } from '../cache/replace-file.js';
import { areEqual, compareFingerprints } from '../fingerprint/compare-fingerprints.js';
import {
  type Fingerprint,
  makeFingerprint,
  parseFingerprint,
  withoutSignatures,
} from '../fingerprint/fingerprint.js';
import { renderDifferences, renderFingerprint } from '../fingerprint/render-fingerprint.js';
import { REPORT_SCRIPT } from '../fingerprint/report-script.js';
import { runReport } from '../fingerprint/run-report.js';
import { DepotError, renderJson } from '../format/index.js';
import { ensureMountable } from '../job/prepare-launch.js';
import { type Context, show } from './context.js';
import { withCache, withHost, withJson, withJulia, withReleaseIfAny, withWish } from './options.js';
import { logLine, prepareStart, type Start, type StartOptions } from './start.js';

/**
 * Runs a workload on an image and takes down what Julia has loaded and compiled at its end.
 * @param workload script and its arguments; none for a bare start
 * @returns the workload's exit code where it failed
 */
async function takeFingerprint(
  start: Start,
  workload: readonly string[],
  context: Context,
): Promise<Fingerprint | { readonly exitCode: number }> {
  const { open, release, image, root, julia, launch, lease } = start;
  await ensureMountable(release, root);
  const command = [...julia.command, ...launch.environment.flags, '-e', REPORT_SCRIPT, '--', ...workload];
  const environmentOfJob = launch.inherit(context.env);
  const run = await runReport(launch.wrap(command), environmentOfJob, context.note, async (pid) =>
    lease?.add([pid]),
  );
  await lease?.release();
  if ('exitCode' in run) return run;
  const { environment, target, start: kind } = image;
  return makeFingerprint(
    {
      ...{ release: open.verified.id, name: release.name, environment, target, start: kind },
      ...{ julia: julia.version, sysimage: await hashFile(outside(run.report.image, release.prefix, root)) },
    },
    run.report,
  );
}

/** Where a file of the tree stands that Julia may have seen bound onto the prefix. */
function outside(file: string, prefix: string, root: string): string {
  return file.startsWith(`${prefix}/`) ? join(root, file.slice(prefix.length)) : file;
}

/** The workload of a command line, with or without `julia` before it as `exec` has it. */
function workloadOf(job: readonly string[]): readonly string[] {
  const words = basename(job[0] ?? '') === 'julia' ? job.slice(1) : job;
  if (words[0]?.startsWith('-') !== true) return words;
  throw new DepotError('usage', `fingerprint: expected a script, got ${words[0]}`, {
    hint: 'name the script alone, as in: -- workload.jl 1000; the image has the flags that it needs',
  });
}

async function readFingerprint(file: string): Promise<Fingerprint> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    throw new DepotError('not-found', `${file}: cannot be read (${code})`, {
      cause,
      hint: 'fingerprint --out FILE writes one, and so does fingerprint --json',
    });
  });
  return parseFingerprint(text, file);
}

const DIFFERENT = 4;

/** @param names of the two, as they are called in what is printed */
function showDifferences(
  context: Context,
  json: boolean,
  [a, b]: readonly [Fingerprint, Fingerprint],
  names: readonly [string, string],
): void {
  const differences = compareFingerprints(a, b);
  show(context, json, differences, (found) => renderDifferences(found, names));
  if (!areEqual(differences)) context.exitWith(DIFFERENT);
}

interface FingerprintOptions {
  readonly json: boolean;
  readonly out?: string | undefined;
  readonly against?: string | undefined;
}

async function fingerprint(options: StartOptions & FingerprintOptions, context: Context): Promise<void> {
  const { json, out, against } = options;
  const workload = workloadOf(context.job);
  const other = against === undefined ? undefined : await readFingerprint(against);
  const start = await prepareStart(options, context);
  context.note(logLine(start));
  const taken = await takeFingerprint(start, workload, context);
  if ('exitCode' in taken) {
    context.note(`the workload ended with exit code ${taken.exitCode}: no fingerprint`);
    context.exitWith(taken.exitCode);
    return;
  }
  if (out !== undefined) await replaceFile(out, renderJson(taken), 0o644);
  if (against === undefined || other === undefined) {
    show(context, json, withoutSignatures(taken), renderFingerprint);
  } else showDifferences(context, json, [other, taken], [against, 'this node']);
}

export function registerFingerprint(cli: Argv, context: Context): Argv {
  return cli.command(
    'fingerprint',
    'what a start on the chosen image loads and has compiled, to compare between nodes',
    (command) =>
      withJson(withJulia(withCache(withWish(withHost(withReleaseIfAny(command))))))
        .option('out', {
          type: 'string',
          describe: 'file to keep it in, signatures and all',
          requiresArg: true,
        })
        .option('against', { type: 'string', describe: 'kept file to compare with', requiresArg: true })
        .option('compare', { type: 'string', nargs: 2, describe: 'compare two kept files, and run nothing' })
        .conflicts('compare', ['repo', 'out', 'against'])
        .example(
          '$0 fingerprint --repo /cvmfs/julia.example.org --channel prod --out node.json -- workload.jl',
          'on one node',
        )
        .example('$0 fingerprint --compare laptop.json node.json', 'exit code 4 where they differ'),
    async (options) => {
      const { compare, repo } = options;
      if (compare !== undefined) {
        const [a = '', b = ''] = compare;
        const both = [await readFingerprint(a), await readFingerprint(b)] as const;
        showDifferences(context, options.json, both, [a, b]);
      } else if (repo !== undefined) await fingerprint({ ...options, repo }, context);
      else {
        throw new DepotError('usage', 'fingerprint: neither a repository nor files to compare', {
          hint: 'give --repo REPO --channel NAME, or --compare FILE FILE',
        });
      }
    },
  );
}
