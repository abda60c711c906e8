import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Folder of CernVM-FS' own server tools, from the variable CVMFS_TOOLS; undefined where there are none. */
export const stockTools = [process.env['CVMFS_TOOLS'] ?? ''].find(
  (place) => place !== '' && existsSync(join(place, 'cvmfs_swissknife')),
);

/** A repository that CernVM-FS' own tools write to. */
export interface StockRepository {
  /** Folder of the tools. */
  readonly tools: string;
  readonly repo: string;
  /** Fully qualified repository name. */
  readonly name: string;
  /** Folder for whatever the tools write besides. */
  readonly home: string;
}

/** The command that ingests a bundle's layer of a kind into the folder `into` of a repository, beside what it has. */
export async function ingestCommand(
  { tools, repo, name, home }: StockRepository,
  bundle: string,
  kind: string,
  into: string,
): Promise<string[]> {
  const [temporary, empty] = [join(home, 'ingest'), join(home, 'empty')];
  for (const directory of [temporary, empty, join('/var/spool/cvmfs', name)])
    await mkdir(directory, { recursive: true });
  const layers = join(bundle, 'layers');
  const tar = (await readdir(layers)).find((file) => file.startsWith(kind) && file.endsWith('.tar'));
  if (tar === undefined) throw new Error(`${layers}: no layer of kind ${kind}`);
  const root = /^C(.*)$/m.exec(await readFile(join(repo, '.cvmfspublished'), 'latin1'))?.[1] ?? '';
  return [
    ...[...swissknife(tools), 'ingest', ...storage(repo, home)],
    ...['-u', empty, '-c', empty, '-b', root, '-w', `file://${repo}`, '-o', manifestOf(home)],
    ...['-K', join(`${repo}.keys`, `${name}.pub`), '-N', name],
    ...['-T', join(layers, tar), '-B', into, '-C', 'true', '-U', '0', '-G', '0'],
  ];
}

/** The command that puts what was ingested last into force. */
export function signCommand({ tools, repo, name, home }: StockRepository): string[] {
  const key = join(`${repo}.keys`, name);
  return [
    ...[...swissknife(tools), 'sign', ...storage(repo, home)],
    ...['-c', `${key}.crt`, '-k', `${key}.key`, '-n', name, '-u', `file://${repo}`, '-m', manifestOf(home)],
  ];
}

function swissknife(tools: string): string[] {
  return ['env', `LD_LIBRARY_PATH=${join(dirname(tools), 'lib')}`, join(tools, 'cvmfs_swissknife')];
}

function storage(repo: string, home: string): string[] {
  const temporary = join(home, 'ingest');
  return ['-r', `local,${temporary},${repo}`, '-t', temporary];
}

function manifestOf(home: string): string {
  return join(home, 'manifest');
}
