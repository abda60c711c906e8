import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { after } from 'node:test';
import { type Outcome, runCommand } from './programs.js';
import type { TestRepository } from './repository.js';

const mounted: string[] = [];
// Registered before any test, so that it also ends what a set-up has mounted.
after(() => Promise.all(mounted.map((path) => runCommand(['umount', '--lazy', path]))));

/** What {@link initRepository} names a repository. */
export const FQRN = 'test.example.org';

type Tool = 'cvmfs2' | 'cvmfs_swissknife' | 'cvmfs_talk';
const TOOLS: readonly Tool[] = ['cvmfs2', 'cvmfs_swissknife', 'cvmfs_talk'];

const places = [process.env['CVMFS_TOOLS'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)];
const home = places.find((place) => place !== '' && TOOLS.every((tool) => existsSync(join(place, tool))));

/** Why tests that need CernVM-FS' own programs cannot run here, or false. */
export const toolsMissing =
  home === undefined
    ? `CernVM-FS is not installed: none of CVMFS_TOOLS and PATH has ${TOOLS.join(', ')}`
    : false;

/** Why tests that mount cannot run here, or false. */
export const mountsMissing =
  toolsMissing !== false
    ? toolsMissing
    : process.getuid?.() === 0 && existsSync('/dev/fuse')
      ? false
      : 'mounting takes root and /dev/fuse';

/** Runs one of CernVM-FS' own programs. Libraries beside the programs are found, installed or not. */
export function runTool(tool: Tool, args: readonly string[], cwd?: string): Promise<Outcome> {
  const libraries = join(dirname(home ?? '/'), 'lib');
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: libraries,
    CVMFS_LIBRARY_PATH: libraries,
  };
  return runCommand([join(home ?? '', tool), ...args], { env, ...(cwd !== undefined && { cwd }) });
}

/** The public master key: all that a client needs to trust. */
export function publicKey(repo: TestRepository): string {
  return join(`${repo.path}.keys`, `${FQRN}.pub`);
}

/** What CernVM-FS' own check says about a repository, contents included. */
export async function check(repo: TestRepository, scratch: string, at = repo.path): Promise<string> {
  const temporary = join(scratch, 'check');
  await mkdir(temporary, { recursive: true });
  const args = ['check', '-r', at, '-t', temporary, '-N', FQRN, '-k', publicKey(repo), '-c'];
  const { code, stdout, stderr } = await runTool('cvmfs_swissknife', args);
  return code === 0 ? (stdout.trimEnd().split('\n').at(-1) ?? '') : `exit code ${code ?? 'none'}: ${stderr}`;
}

/** A client with a cache of its own, until the test file has ended. */
export interface Mount {
  readonly path: string;
  /** Makes the client look for a new revision now. */
  remount(): Promise<void>;
}

/**
 * @param url of the repository, `file://` or `http://`
 * @param extra lines for the client's configuration
 * @param path where to mount
 */
export async function mount(
  repo: TestRepository,
  url: string,
  directory: string,
  extra: readonly string[] = [],
  path = join(directory, 'mnt'),
): Promise<Mount> {
  const [cache, config] = [join(directory, 'cache'), join(directory, 'client.conf')];
  await mkdir(path, { recursive: true });
  await mkdir(cache, { recursive: true });
  await writeFile(config, `${[...configuration(repo, url, cache), ...extra].join('\n')}\n`);
  await expectSuccess(runTool('cvmfs2', ['-o', `config=${config}`, FQRN, path]));
  mounted.push(path);
  const socket = join(cache, FQRN, `cvmfs_io.${FQRN}`);
  return {
    path,
    remount: () => expectSuccess(runTool('cvmfs_talk', ['-p', socket, 'remount', 'sync'])),
  };
}

function configuration(repo: TestRepository, url: string, cache: string): string[] {
  return [
    `CVMFS_SERVER_URL=${url}`,
    'CVMFS_HTTP_PROXY=DIRECT',
    `CVMFS_PUBLIC_KEY=${publicKey(repo)}`,
    `CVMFS_CACHE_BASE=${cache}`,
    `CVMFS_RELOAD_SOCKETS=${cache}`,
    'CVMFS_SHARED_CACHE=no',
    'CVMFS_CLAIM_OWNERSHIP=no',
    `CVMFS_USYSLOG=${join(cache, 'log')}`,
    'CVMFS_NFILES=16384',
  ];
}

export async function expectSuccess(outcome: Promise<Outcome>): Promise<void> {
  const { code, stdout, stderr } = await outcome;
  if (code !== 0) throw new Error(`exit code ${code ?? 'none'}\n${stdout}${stderr}`);
}
