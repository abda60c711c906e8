import type { Argv } from 'yargs';
import { defaultKeys, type OpenOptions } from '../repository/open-repository.js';
import { waitForLock } from '../repository/wait-for-lock.js';
import type { Context } from './context.js';

/** The repository, first word of every command. */
export function withRepo<T>(yargs: Argv<T>) {
  return yargs.positional('repo', {
    type: 'string',
    demandOption: true,
    describe: 'repository directory',
    normalize: true,
  });
}

/** Where the keys and the trusted root are. */
export function withKeys<T>(yargs: Argv<T>) {
  return yargs
    .option('keys', {
      type: 'string',
      describe: 'directory of the keys; <repo>.keys unless given',
      requiresArg: true,
    })
    .option('root', {
      type: 'string',
      describe: 'trusted root metadata; root.json among the keys unless given',
      requiresArg: true,
    });
}

export function withJson<T>(yargs: Argv<T>) {
  return yargs.option('json', { type: 'boolean', default: false, describe: 'print JSON' });
}

/** For commands that write: they take turns. */
export function withWait<T>(yargs: Argv<T>) {
  return yargs.option('wait', {
    type: 'number',
    default: 0,
    requiresArg: true,
    describe: 'seconds to wait while another process writes; exit code 6 after that',
  });
}

/** What {@link withRepo} and {@link withKeys} give. */
export interface RepoOptions {
  readonly repo: string;
  readonly keys?: string | undefined;
  readonly root?: string | undefined;
}

/** What {@link withWait} gives as well. */
export interface WriteOptions extends RepoOptions {
  readonly wait?: number | undefined;
}

/** Runs `action` as the only writer of the repository. @throws DepotError `locked` */
export function writing<T>({ repo, wait = 0 }: WriteOptions, action: () => Promise<T>): Promise<T> {
  return waitForLock(repo, wait, action);
}

export function keysOf({ repo, keys }: RepoOptions): string {
  return keys ?? defaultKeys(repo);
}

export function openOptions({ keys, root }: RepoOptions, context: Context): OpenOptions {
  return {
    keys,
    root,
    warn: (message) => {
      context.note(`warning: ${message}`);
    },
  };
}
