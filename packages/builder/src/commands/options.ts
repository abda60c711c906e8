import { DepotError, isPrefix } from '@depotcast/hydrator/format';
import { join, resolve } from 'node:path';
import type { Argv } from 'yargs';
import type { SpecOverrides } from '../spec/spec.js';
import type { Context } from './context.js';

/** Options as yargs gives them, of all commands that read a spec. */
export interface SpecArguments {
  readonly prefix: string | undefined;
  readonly julia: string | undefined;
  readonly linker: string | undefined;
  readonly target: readonly string[] | undefined;
  readonly otherCpu: boolean | undefined;
}

export function withSpec<T>(command: Argv<T>) {
  return command
    .positional('spec', { type: 'string', demandOption: true, describe: 'the spec.toml' })
    .option('prefix', text('prefix', 'absolute path under which nodes see the tree'))
    .option('julia', text('julia', 'command that starts Julia'))
    .option('linker', text('linker', 'compiler or linker that links system images'))
    .option('target', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'targets to build, instead of those in the spec',
    })
    .option('other-cpu', {
      type: 'boolean',
      describe: 'run each workload on an emulated CPU as well, which takes minutes; needs qemu-user',
    });
}

/** An option with one value; yargs would make an array of several. */
export function text(name: string, describe: string) {
  return {
    type: 'string',
    requiresArg: true,
    describe,
    coerce: (value: string | readonly string[] | undefined): string | undefined => {
      if (value === undefined || typeof value === 'string') return value;
      throw new DepotError('usage', `--${name}: given ${value.length} times, expected once`);
    },
  } as const;
}

export function withJson<T>(command: Argv<T>) {
  return command.option('json', { type: 'boolean', default: false, describe: 'print JSON' });
}

/** @throws DepotError `usage` */
export function overridesOf(args: SpecArguments, { cwd }: Pick<Context, 'cwd'>): SpecOverrides {
  const { prefix } = args;
  if (prefix !== undefined && !isPrefix(prefix)) {
    throw new DepotError(
      'usage',
      `--prefix: expected an absolute path without a trailing slash, spaces or characters special to shells, got '${prefix}'`,
    );
  }
  return {
    prefix,
    julia: args.julia === undefined ? undefined : splitCommand(args.julia, cwd),
    linker: args.linker === undefined ? undefined : splitCommand(args.linker, cwd),
    targets: args.target,
    onOtherCpu: args.otherCpu,
  };
}

/** The words of a command; those that begin with ./ or ../ are relative to `cwd`. */
export function splitCommand(command: string, cwd: string): string[] {
  const words = command.split(' ').filter((word) => word !== '');
  if (words.length === 0) throw new DepotError('usage', 'expected a command, got an empty text');
  return words.map((word) => (/^\.\.?\//.test(word) ? resolve(cwd, word) : word));
}

/** Where finished layers are kept. */
export function cacheFolder(given: string | undefined, { env, home, cwd }: Context): string {
  if (given !== undefined) return resolve(cwd, given);
  const base = env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(home, '.cache') : base, 'depotcast', 'build');
}

const BYTES_PER_JOB = 6 * 2 ** 30;

/** A system image takes 2 to 4 GB of memory while it is compiled. @throws DepotError `usage` */
export function jobsOf(given: number | undefined, { machine }: Pick<Context, 'machine'>): number {
  if (given === undefined) {
    return Math.max(1, Math.min(machine.cores, Math.floor(machine.memoryBytes / BYTES_PER_JOB)));
  }
  if (Number.isInteger(given) && given >= 1) return given;
  throw new DepotError('usage', `--jobs: expected a whole number from 1 on, got ${given}`);
}
