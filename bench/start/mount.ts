import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeTree } from '@depotcast/hydrator';
import { runJob } from '@depotcast/tools/starts';

const tools = process.env['CVMFS_TOOLS'] ?? '/usr/bin';

/** Why nothing can be mounted here, or false. */
export const cannotMount = !existsSync(join(tools, 'cvmfs2'))
  ? 'no cvmfs2 in CVMFS_TOOLS or /usr/bin'
  : process.getuid?.() === 0 && existsSync('/dev/fuse')
    ? false
    : 'mounting takes root and /dev/fuse';

/** A repository and the place where CernVM-FS' own client shows it. */
export interface MountPlace {
  readonly repo: string;
  /** Fully qualified repository name. */
  readonly name: string;
  readonly prefix: string;
  /** Folder for the client's cache and configuration. */
  readonly home: string;
}

/** Mounts with an empty cache. */
export async function mountAnew({ repo, name, prefix, home }: MountPlace): Promise<void> {
  await removeTree(home);
  const [cache, config] = [join(home, 'cache'), join(home, 'client.conf')];
  await mkdir(cache, { recursive: true });
  const lines = [
    `CVMFS_SERVER_URL=file://${repo}`,
    'CVMFS_HTTP_PROXY=DIRECT',
    `CVMFS_PUBLIC_KEY=${join(`${repo}.keys`, `${name}.pub`)}`,
    `CVMFS_CACHE_BASE=${cache}`,
    `CVMFS_RELOAD_SOCKETS=${cache}`,
    'CVMFS_SHARED_CACHE=no',
    'CVMFS_CLAIM_OWNERSHIP=no',
    `CVMFS_USYSLOG=${join(cache, 'log')}`,
    'CVMFS_NFILES=16384',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  const libraries = join(dirname(tools), 'lib');
  const env = { ...process.env, LD_LIBRARY_PATH: libraries, CVMFS_LIBRARY_PATH: libraries };
  await runJob([join(tools, 'cvmfs2'), '-o', `config=${config}`, name, prefix], env);
}

export async function unmount({ prefix }: MountPlace): Promise<void> {
  await runJob(['umount', prefix], process.env);
}
