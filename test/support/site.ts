import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeTree } from '@depotcast/hydrator';
import { cacheDirectory, currentUser, findJulia, findLinker, hostArch } from '@depotcast/tools/debian-julia';
import { checkout } from './checkout.js';
import { succeed } from './programs.js';
import { initRepository, publish } from './repository.js';

export { checkout };

const cache = cacheDirectory(process.env, currentUser());

/** Julia writes the final path into what it compiles, so all tests with a real Julia share one prefix. */
export const prefix = join(cache, 'test', 'prefix');

/** The words that start a real Julia: JULIA's, the PATH's, or Debian's, fetched once. */
export const julia = await findJulia({ env: process.env, directory: cache, log: note });

/**
 * Builds a spec with the real Julia. What was built before is reused from the cache, so that only the first run is slow.
 * @returns the bundle's folder
 */
export async function build(spec: string, name: string): Promise<string> {
  const linker = await findLinker({ env: process.env, directory: cache, arch: hostArch(), log: note });
  const bundle = join(cache, 'test', `bundle-${name}`);
  await mkdir(dirname(bundle), { recursive: true });
  const tools = ['--julia', julia.command.join(' '), '--linker', linker.command.join(' ')];
  const places = ['--prefix', prefix, '--cache', join(cache, 'test', 'build'), '--out', bundle];
  await succeed('depot-build', ['run', spec, ...tools, ...places]);
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

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
