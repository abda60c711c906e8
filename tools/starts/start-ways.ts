import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { programCommand, runProgram } from './programs.js';
import { type JobRun, runJob } from './run-job.js';

/** A Julia script and the release that it runs on. */
export interface Job {
  /** Options that name the repository and what to take from it. */
  readonly source: readonly string[];
  readonly julia: readonly string[];
  /** The script, and its arguments. */
  readonly script: readonly string[];
  /** An empty folder for the depots of the plain runs. */
  readonly scratch: string;
}

/** One way to start a job. */
export interface StartWay {
  readonly name: string;
  readonly run: () => Promise<JobRun>;
}

/** What `depot-hydrate env --format json` prints. */
export interface LaunchEnvironment {
  readonly set: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
}

/** The ways without precompiled code, with package caches, with the system image, and with it by `depot-hydrate exec`. */
export async function startWays(job: Job): Promise<StartWay[]> {
  const { source, julia, script } = job;
  const caches = await launchEnvironment(job, 'caches');
  const sysimage = await launchEnvironment(job, 'sysimage');
  const hydrate = [...programCommand('depot-hydrate'), 'exec', ...source, '--julia', julia.join(' ')];
  return [
    { name: 'plain Julia, empty depot', run: () => runPlain(job, caches) },
    { name: 'package caches', run: () => runOn(job, caches) },
    { name: 'system image', run: () => runOn(job, sysimage) },
    {
      name: 'system image, by depot-hydrate exec',
      run: () => runJob([...hydrate, '--', 'julia', ...script], process.env),
    },
  ];
}

/** Runs a job with flags and variables given. */
export function runOn({ julia, script }: Job, { set, flags }: LaunchEnvironment): Promise<JobRun> {
  return runJob([...julia, ...flags, ...script], { ...process.env, ...set });
}

/** The same read-only sources, but the first depot is empty and there is nothing else to take compiled code from. */
export async function runPlain(job: Job, caches: LaunchEnvironment): Promise<JobRun> {
  const depot = await mkdtemp(join(job.scratch, 'depot-'));
  return runOn(job, { set: withoutCaches(caches, depot), flags: ['--startup-file=no'] });
}

/** The variables of a start on package caches, with a depot of one's own in the place of scratch and caches. */
export function withoutCaches({ set }: LaunchEnvironment, depot: string): Record<string, string> {
  const [, , ...rest] = (set['JULIA_DEPOT_PATH'] ?? '').split(':');
  return { ...set, JULIA_DEPOT_PATH: [depot, ...rest].join(':') };
}

export async function launchEnvironment({ source, julia }: Job, start: string): Promise<LaunchEnvironment> {
  const args = ['env', ...source, '--start', start, '--format', 'json', '--julia', julia.join(' ')];
  return JSON.parse(await runProgram('depot-hydrate', args)) as LaunchEnvironment;
}
