import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { DepotError } from '@depotcast/hydrator/format';
import type { Measurement } from './chart.js';
import { runJob } from './measure.js';
import { programCommand, runProgram } from './programs.js';

export interface Comparison {
  /** Options that name the repository and what to take from it. */
  readonly source: readonly string[];
  readonly julia: readonly string[];
  /** An empty folder for the depots of the plain runs. */
  readonly scratch: string;
  readonly runs: number;
}

/** What `depot-hydrate env --format json` prints. */
interface LaunchEnvironment {
  readonly set: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
}

const SCRIPT = 'examples/hep-jets/analysis.jl';

/**
 * Runs the analysis without precompiled code, with package caches, and with the system image, in turn, and checks that
 * all print the same result.
 * @throws DepotError `build-failed` when a run fails or a result differs in any digit
 */
export async function compareStarts(comparison: Comparison): Promise<{ measurements: Measurement[]; result: string }> {
  const { source, julia, runs } = comparison;
  const caches = await launchEnvironment(comparison, 'caches');
  const sysimage = await launchEnvironment(comparison, 'sysimage');
  const onImage = (launch: LaunchEnvironment) => () =>
    runJob([...julia, ...launch.flags, SCRIPT], { ...process.env, ...launch.set });
  const hydrate = [...programCommand('depot-hydrate'), 'exec', ...source, '--julia', julia.join(' ')];
  const ways = [
    { name: 'plain Julia, empty depot', run: () => runPlain(comparison, caches) },
    { name: 'package caches', run: onImage(caches) },
    { name: 'system image', run: onImage(sysimage) },
    { name: 'system image, by depot-hydrate exec', run: () => runJob([...hydrate, '--', 'julia', SCRIPT], process.env) },
  ];
  const outputs = new Set<string>();
  const measurements: Measurement[] = [];
  for (const { name, run } of ways) {
    const seconds: number[] = [];
    for (let count = 0; count < runs; count++) {
      const job = await run();
      seconds.push(job.seconds);
      outputs.add(resultOf(job.output));
    }
    measurements.push({ name, seconds });
  }
  const [result = ''] = outputs;
  if (outputs.size === 1) return { measurements, result };
  throw new DepotError('build-failed', `the images disagree:\n${[...outputs].join('\n')}`);
}

/** The same read-only sources, but the first depot is empty and there is nothing else to take compiled code from. */
async function runPlain({ julia, scratch }: Comparison, caches: LaunchEnvironment) {
  const empty = await mkdtemp(join(scratch, 'depot-'));
  const [, , ...rest] = (caches.set['JULIA_DEPOT_PATH'] ?? '').split(':');
  const env = { ...process.env, ...caches.set, JULIA_DEPOT_PATH: [empty, ...rest].join(':') };
  return runJob([...julia, '--startup-file=no', SCRIPT], env);
}

async function launchEnvironment({ source, julia }: Comparison, start: string): Promise<LaunchEnvironment> {
  const args = ['env', ...source, '--start', start, '--format', 'json', '--julia', julia.join(' ')];
  return JSON.parse(await runProgram('depot-hydrate', args)) as LaunchEnvironment;
}

/** The analysis prints its numbers with all digits in these lines. */
function resultOf(output: string): string {
  return output.split('\n').filter((line) => /^(?:result|checksum) /.test(line)).join('\n');
}
