import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Folder of CernVM-FS' own server tools, from the variable CVMFS_TOOLS; undefined where there are none. */
export const stockTools = [process.env['CVMFS_TOOLS'] ?? ''].find(
  (place) => place !== '' && existsSync(join(place, 'cvmfs_swissknife')),
);

/**
 * The command that lets the stock tools ingest a bundle's one layer into a repository, beside what it has.
 * @param tools folder of the tools
 * @param home folder for whatever they write besides
 */
export async function ingestCommand(
  tools: string,
  bundle: string,
  repo: string,
  name: string,
  home: string,
): Promise<string[]> {
  const [temporary, empty] = [join(home, 'ingest'), join(home, 'empty')];
  for (const directory of [temporary, empty, join('/var/spool/cvmfs', name)])
    await mkdir(directory, { recursive: true });
  const tar = (await readdir(join(bundle, 'layers'))).find((file) => file.endsWith('.tar')) ?? '';
  const root = /^C(.*)$/m.exec(await readFile(join(repo, '.cvmfspublished'), 'latin1'))?.[1] ?? '';
  return [
    ...['env', `LD_LIBRARY_PATH=${join(dirname(tools), 'lib')}`, join(tools, 'cvmfs_swissknife'), 'ingest'],
    ...['-r', `local,${temporary},${repo}`, '-t', temporary, '-u', empty, '-c', empty, '-b', root],
    ...[
      '-w',
      `file://${repo}`,
      '-o',
      join(home, 'manifest'),
      '-K',
      join(`${repo}.keys`, `${name}.pub`),
      '-N',
      name,
    ],
    ...['-T', join(bundle, 'layers', tar), '-B', 'ingested', '-C', 'true', '-U', '0', '-G', '0'],
  ];
}
