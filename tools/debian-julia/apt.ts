import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DepotError, type Digest } from '@depotcast/hydrator/format';
import { type AptArchive, chooseArchive, INDEX_TARGET_FORMAT, noArchive } from './apt-archive.js';
import {
  APT_ARCHIVES,
  APT_DIRECTORIES,
  type AptWorld,
  KEYRING,
  renderAptConfiguration,
  renderAptSources,
  transportLines,
} from './apt-configuration.js';
import { aptFailure } from './apt-failure.js';
import { type Archive, aptName, checkArchives, type Download, parsePackages } from './package.js';
import { run } from './run.js';

/** The Debian archive that this machine is set up to use. @throws DepotError `not-found` when there is none. */
export async function findArchive(): Promise<AptArchive> {
  const list = ['apt-get', 'indextargets', '--format', INDEX_TARGET_FORMAT];
  // Origins are known only once the machine has fetched its lists, which a fresh one has not.
  for (const command of [list, [...list, '--no-release-info']]) {
    const { code, stdout, stderr } = await run(command);
    if (code !== 0) throw aptFailure('apt-get indextargets', stderr);
    const archive = chooseArchive(stdout);
    if (archive !== undefined) return archive;
  }
  return noArchive();
}

/**
 * Downloads `name` and all it depends on into `world.directory`, which must exist, as if nothing were installed.
 * apt verifies the index's signature and the archives; the archives are then compared with the index once more.
 */
export async function download(world: AptWorld, name: string): Promise<Download[]> {
  const env = await prepare(world);
  await apt(['apt-get', 'update'], env);
  await apt(['apt-get', '--yes', '--download-only', '--no-install-recommends', 'install', name], env);
  const archives = await hashArchives(join(world.directory, APT_ARCHIVES));
  const index = await apt(['apt-cache', 'show', ...archives.map(({ path }) => aptName(path))], env);
  return checkArchives(archives, parsePackages(index));
}

/** Writes apt's world and returns the environment that puts apt into it. */
async function prepare(world: AptWorld): Promise<NodeJS.ProcessEnv> {
  const inside = (path: string) => join(world.directory, path);
  await checkKeyring();
  const { stdout } = await run(['apt-config', 'dump']);
  for (const path of APT_DIRECTORIES) await mkdir(inside(path), { recursive: true });
  await writeFile(inside('status'), '');
  await writeFile(inside('sources.list'), renderAptSources(world));
  await writeFile(inside('apt.conf'), renderAptConfiguration(world, transportLines(stdout)));
  return { ...process.env, APT_CONFIG: inside('apt.conf'), LC_ALL: 'C' };
}

async function checkKeyring(): Promise<void> {
  try {
    await access(KEYRING);
  } catch (cause) {
    const hint = 'Install the package debian-archive-keyring.';
    throw new DepotError('not-found', `${KEYRING}: cannot read Debian's keys`, { hint, cause });
  }
}

async function apt(command: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { code, stdout, stderr } = await run(command, env);
  if (code !== 0) throw aptFailure(command.join(' '), stderr);
  return stdout;
}

async function hashArchives(directory: string): Promise<Archive[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.deb')).sort();
  const archives: Archive[] = [];
  for (const file of files) {
    const path = join(directory, file);
    archives.push({ path, sha256: await sha256Of(path) });
  }
  return archives;
}

async function sha256Of(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') as Digest;
}
