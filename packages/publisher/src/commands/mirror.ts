import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Progress, openSource, type Source } from '@depotcast/hydrator';
import { DepotError, repository } from '@depotcast/hydrator/format';
import type { Argv } from 'yargs';
import { readMasterPublicKey } from '../cvmfs/namespace-keys.js';
import { DurableWriter } from '../files/durable-writer.js';
import { mirror, type MirrorReport } from '../mirror/mirror.js';
import { type Pointers, readPointers } from '../mirror/pointers.js';
import { refuseOlder } from '../mirror/refuse-older.js';
import { withLock } from '../repository/lock.js';
import { openSourceRepository, readTrustedRoot } from '../repository/open-repository.js';
import { removeLeftovers } from '../repository/remove-leftovers.js';
import { updateSite } from '../site/write-site.js';
import { type Context, show } from './context.js';
import { keysOf, openOptions, type RepoOptions, withJson, withKeys } from './options.js';
import { count, renderBytes } from './render.js';

export interface MirrorOptions extends RepoOptions {
  readonly destination: string;
}

export async function mirrorCommand(options: MirrorOptions, context: Context): Promise<MirrorReport> {
  const { repo, destination } = options;
  const source = openSource(repo);
  const open = openOptions(options, context);
  const trustedRoot = await readTrustedRoot(repo, open);
  await mkdir(join(destination, repository.targets), { recursive: true });
  return withLock(destination, async () => {
    const opened = await openSourceRepository(source, trustedRoot, open);
    const pointers = await readCheckedPointers(source, opened.config.name, options, context);
    await refuseOlder(opened, pointers, openSource(destination));
    await removeLeftovers(destination);
    const progress = new Progress(context, 'mirroring');
    const writer = new DurableWriter(destination, context.onWrite);
    const report = await progress.during(() => mirror(opened, pointers, writer, progress));
    // Not copied: it is not signed. A page that the mirror has is written anew from what has been verified.
    await updateSite({ ...opened, directory: destination }, writer, context.now());
    return report;
  });
}

async function readCheckedPointers(
  source: Source,
  name: string,
  options: MirrorOptions,
  context: Context,
): Promise<Pointers | undefined> {
  const masterKey = await readMasterPublicKey(keysOf(options), name).catch((error: unknown) => {
    if (!(error instanceof DepotError) || error.code !== 'not-found') throw error;
    context.note(`warning: ${error.message}: the CernVM-FS whitelist is copied unchecked`);
    return undefined;
  });
  return readPointers(source, { name, masterKey, now: context.now() });
}

export function registerMirror(cli: Argv, context: Context): Argv {
  return cli.command(
    'mirror <repo> <destination>',
    'copy a repository, or bring a copy up to date',
    (command) =>
      withJson(withKeys(command))
        .positional('repo', {
          type: 'string',
          demandOption: true,
          describe: 'directory or URL of the repository',
        })
        .positional('destination', {
          type: 'string',
          demandOption: true,
          normalize: true,
          describe: 'directory of the copy',
        })
        .example('$0 mirror /srv/julia /mnt/copy', 'everything that is missing, checked on its way')
        .example(
          '$0 mirror https://example.org/julia /srv/julia --root root.json',
          'from a web server, by the root that nodes have; run it by a timer',
        ),
    async (options) => {
      show(context, options.json, await mirrorCommand(options, context), renderMirror);
    },
  );
}

function renderMirror({ files, bytes, layers, revision }: MirrorReport): string {
  const copied =
    files === 0 ? 'nothing was missing' : `copied ${count(files, 'file')}, ${renderBytes(bytes)}`;
  const shown = revision === null ? '' : `, CernVM-FS revision ${revision}`;
  return `${copied}; ${count(layers, 'layer')}${shown}\n`;
}
