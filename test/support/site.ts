import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeTree } from '@depotcast/hydrator';
import {
  cacheDirectory,
  currentUser,
  type DebianArch,
  findJulia,
  findLinker,
  hostArch,
} from '@depotcast/tools/debian-julia';
import { checkout } from './checkout.js';
import { succeed } from './programs.js';
import { initRepository, publish } from './repository.js';

export { checkout };

/** Holds what is slow to make, between runs. */
export const cache = cacheDirectory(process.env, currentUser());

/** Julia writes the final path into what it compiles, so all tests with a real Julia share one prefix. */
export const prefix = join(cache, 'test', 'prefix');

/** The words that start a real Julia: JULIA's, the PATH's, or Debian's, fetched once. */
export const julia = await findJulia({ env: process.env, directory: cache, log: note });

/** What a build host has. */
export interface BuildHost {
  readonly arch: DebianArch;
  /** The words that start its Julia. */
  readonly julia: readonly string[];
  /** What it builds, instead of the targets in the spec. */
  readonly targets?: readonly string[];
}

/**
 * Builds a spec with a real Julia. What was built before is reused from the cache, so that only the first run is slow.
 * @param host this machine and {@link julia} unless told
 * @returns the bundle's folder
 */
export async function build(spec: string, name: string, host?: BuildHost): Promise<string> {
  const { arch, julia: command, targets = [] } = host ?? { arch: hostArch(), julia: julia.command };
  const linker = await findLinker({ env: process.env, directory: cache, arch, log: note });
  const bundle = join(cache, 'test', `bundle-${name}`);
  await mkdir(dirname(bundle), { recursive: true });
  const tools = ['--julia', command.join(' '), '--linker', linker.command.join(' ')];
  const places = ['--prefix', prefix, '--cache', join(cache, 'test', 'build'), '--out', bundle];
  const only = targets.flatMap((target) => ['--target', target]);
  await succeed('depot-build', ['run', spec, ...tools, ...places, ...only]);
  return bundle;
}

/** The jet analysis, for both of its targets. */
export function buildExample(): Promise<string> {
  return build(join(checkout, 'examples/hep-jets/spec.toml'), 'hep-jets');
}

/** Publishes a bundle and exports it to the prefix, as a site that mounts its tree there would see it. */
export async function mountExample(scratch: string): Promise<void> {
  const repo = await initRepository(scratch, prefix);
  await publish(repo, await buildExample(), 'release-1');
  await removeTree(prefix);
  await succeed('depot-publish', ['export', repo.path, '--into', prefix]);
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
