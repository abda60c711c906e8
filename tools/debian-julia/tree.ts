import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DepotError } from '@depotcast/hydrator/format';
import { download } from './apt.js';
import type { AptArchive } from './apt-archive.js';
import type { DebianArch } from './architecture.js';
import type { DebianPackage } from './package.js';
import { run } from './run.js';
import { isUnpacked } from './selection.js';

export interface TreeRequest {
  readonly archive: AptArchive;
  readonly arch: DebianArch;
  /** The package to unpack with all it depends on. */
  readonly name: string;
  /** Whether its programs run through an emulator, apart from the machine's own libraries. */
  readonly emulated: boolean;
  readonly log: (line: string) => void;
}

/** Where a prefix holds the unpacked packages. */
export const ROOT = 'root';

/** Downloads packages and unpacks them into `workspace/root`; returns all that were downloaded. */
export async function makeTree(workspace: string, request: TreeRequest): Promise<DebianPackage[]> {
  const { archive, arch, name, emulated, log } = request;
  const aptDirectory = join(workspace, 'apt');
  const root = join(workspace, ROOT);
  await mkdir(aptDirectory);
  log(`downloading ${name} for ${arch} from ${archive.site} ${archive.suite}`);
  const downloads = await download({ directory: aptDirectory, archive, arch }, name);
  const unpacked = downloads.filter((entry) => isUnpacked(entry.package, emulated));
  log(`unpacking ${unpacked.length} of ${downloads.length} packages`);
  for (const { path } of unpacked) await unpack(path, root);
  await mergeLibraries(root);
  await rm(aptDirectory, { recursive: true });
  return downloads;
}

/** Writes a program of ours among those of the tree. */
export async function writeProgram(root: string, name: string, text: string): Promise<void> {
  const path = join(root, 'usr/bin', name);
  await writeFile(path, text);
  await chmod(path, 0o755);
}

export function renameProgram(root: string, from: string, to: string): Promise<void> {
  return rename(join(root, 'usr/bin', from), join(root, 'usr/bin', to));
}

/** Puts a library of the tree among the private ones, which come before the machine's. */
export function preferLibrary(
  root: string,
  triplet: string,
  privateLibraries: string,
  name: string,
): Promise<void> {
  return symlink(join('..', name), join(root, 'usr/lib', triplet, privateLibraries, name));
}

async function unpack(archive: string, root: string): Promise<void> {
  await execute(['dpkg', '-x', archive, root]);
}

/**
 * Makes `/lib` a link to `/usr/lib`, as on any machine installed today, so that `usr` alone holds all that a program
 * in it needs. dpkg would unpack over a link made before.
 */
async function mergeLibraries(root: string): Promise<void> {
  const lib = join(root, 'lib');
  await mkdir(lib, { recursive: true });
  await mkdir(join(root, 'usr/lib'), { recursive: true });
  await execute(['cp', '-a', `${lib}/.`, join(root, 'usr/lib')]);
  await rm(lib, { recursive: true });
  await symlink('usr/lib', lib);
}

async function execute(command: readonly string[]): Promise<void> {
  const { code, stderr } = await run(command);
  if (code === 0) return;
  const reason = stderr.trim().split('\n').slice(0, 2).join('; ');
  throw new DepotError('storage', `${command.join(' ')} failed: ${reason}`);
}
