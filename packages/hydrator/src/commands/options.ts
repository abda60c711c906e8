import type { Argv } from 'yargs';
import { STARTS } from '../format/index.js';

/** Options of every command that chooses by the host. */
export function withHost<T>(yargs: Argv<T>) {
  return yargs
    .option('cpuinfo', {
      type: 'string',
      describe: "a recorded /proc/cpuinfo instead of this node's",
      requiresArg: true,
    })
    .option('machine', { type: 'string', describe: "the recorded host's uname -m", requiresArg: true })
    .option('host', {
      type: 'string',
      describe: "the host's uname -n, for the site's caps; a recorded host has none unless told",
      requiresArg: true,
    })
    .option('config', {
      type: 'string',
      describe: "the site's caps, /etc/depotcast.toml unless told",
      requiresArg: true,
    })
    .option('nodes', {
      type: 'string',
      array: true,
      describe: 'recorded cpuinfos of several nodes: what all of them can run',
      requiresArg: true,
    })
    .option('common', {
      type: 'boolean',
      describe: 'what all nodes of this Slurm allocation can run, asked through srun',
    })
    .conflicts('nodes', ['cpuinfo', 'host', 'common'])
    .conflicts('common', ['cpuinfo', 'host', 'machine']);
}

/** Options of every command that opens a release. */
export function withRelease<T>(yargs: Argv<T>) {
  return withReleaseIfAny(yargs).demandOption('repo');
}

/** The same for a command that can do without one. */
export function withReleaseIfAny<T>(yargs: Argv<T>) {
  return yargs
    .option('repo', {
      type: 'string',
      describe: 'mounted prefix, repository directory, or http(s) URL',
      requiresArg: true,
    })
    .option('mirror', {
      type: 'string',
      array: true,
      describe: 'further copies of the repository, asked in this order where one is away or damaged',
      requiresArg: true,
    })
    .option('channel', {
      type: 'string',
      describe: 'channel whose current release to use',
      requiresArg: true,
    })
    .option('release', {
      type: 'string',
      describe: 'release by its hash, or a unique beginning of it',
      requiresArg: true,
    })
    .conflicts('channel', 'release')
    .option('root', {
      type: 'string',
      describe: 'trusted TUF root.json, got from the publisher',
      requiresArg: true,
    })
    .option('state', {
      type: 'string',
      describe: 'directory that remembers the newest versions seen',
      requiresArg: true,
    });
}

/** Options of every command that picks an image. */
export function withWish<T>(yargs: Argv<T>) {
  return yargs
    .option('environment', {
      type: 'string',
      describe: "environment; the release's first unless told",
      requiresArg: true,
    })
    .option('project', {
      type: 'string',
      describe: "the environment with this folder's Manifest; none other is started",
      requiresArg: true,
    })
    .option('target', { type: 'string', describe: 'only images of this target', requiresArg: true })
    .option('start', { choices: STARTS, describe: 'only images that start this way', requiresArg: true });
}

/** Options of every command that unpacks layers. */
export function withCache<T>(yargs: Argv<T>) {
  return yargs
    .option('cache', { type: 'string', describe: "the node's cache directory", requiresArg: true })
    .option('into', { type: 'string', describe: 'unpack into this folder instead', requiresArg: true })
    .option('quota', {
      type: 'string',
      describe: 'size that the cache may have, as 50GB: what was not used for longest goes first',
      requiresArg: true,
    });
}

/** Options of every command that starts Julia or says how. */
export function withJulia<T>(yargs: Argv<T>) {
  return yargs
    .option('julia', {
      type: 'string',
      describe:
        "the Julia to start, by default the release's own or julia; words before it are a launcher such as an emulator",
      requiresArg: true,
    })
    .option('scratch', {
      type: 'string',
      describe: 'first depot, for whatever the job itself adds',
      requiresArg: true,
    });
}

export function withJson<T>(yargs: Argv<T>) {
  return yargs.option('json', { type: 'boolean', default: false, describe: 'print JSON' });
}
