import {
  checkListing,
  comparePaths,
  DepotError,
  digestOf,
  type Listing,
  type ListingEntry,
  parseRelativePath,
  treeDigestOf,
} from '@depotcast/hydrator/format';
import { realpath, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import pLimit from 'p-limit';
import type { ListedSources } from '../environment/list-sources.js';
import type { JuliaFacts } from '../julia/facts.js';
import type { PlannedRuntime } from '../plan/planned-environment.js';
import { hashFile } from '../store/hash-file.js';
import { measure } from '../store/layer-store.js';
import {
  type Binaries,
  findThemselves,
  glibcNeeded,
  missingLibraries,
  ownNames,
  refuseForeignPaths,
} from './check-libraries.js';
import { collectFiles } from './collect-files.js';
import { findInstallation, type Installation, locateLibraries } from './installation.js';
import { PROGRAM_NAME, renderLauncher } from './launcher-script.js';
import { type LibraryFacts, readLibraryFacts } from './library-facts.js';

/** Julia itself, as it will stand in a layer. */
export interface ListedRuntime extends PlannedRuntime {
  readonly content: ListedSources;
  /** Below the layer. */
  readonly sysimage: string;
  readonly stdlib: string;
  /** Folders of libraries. */
  readonly libraries: readonly string[];
  /** The oldest glibc that a node may have. */
  readonly glibc: string | undefined;
}

/** Where the program that starts Julia stands in the layer. */
const LAUNCHER = 'bin/julia';
/** Where Julia looks for its linker first. */
const LINKER = 'libexec/julia/lld';

/**
 * Reads a Julia installation, to be copied into a layer: with every library that it needs and that is not the node's own.
 * @param command words that start it; a launcher before it, if any
 * @throws DepotError `bad-spec` for an installation that would not run elsewhere, naming the file and the remedy
 */
export async function listRuntime(
  julia: JuliaFacts,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ListedRuntime> {
  const installation = await findInstallation(julia, command, env);
  const { root, sysimage, stdlib, libraries } = installation;
  const files = new Map(await collectFiles(installation));
  files.set(LAUNCHER, await realpath(installation.program));
  // Users compile packages of their own on top.
  if (installation.linker !== undefined) files.set(LINKER, await realpath(installation.linker));
  const binaries = await completeLibraries(files, installation, command, env);
  refuseForeignPaths(binaries, root);
  const texts = new Map<string, string>();
  if (!findThemselves(binaries, files.keys())) {
    refuseLauncher(command);
    files.set(`bin/${PROGRAM_NAME}`, files.get(LAUNCHER) ?? '');
    files.delete(LAUNCHER);
    texts.set(LAUNCHER, renderLauncher(libraries));
  }
  const content = await listContent(files, texts, root);
  const { bytes } = measure(content.listing);
  const planned = { tree: treeDigestOf(content.listing), bytes };
  return { ...planned, content, sysimage, stdlib, libraries, glibc: glibcNeeded(binaries) };
}

/** Adds to `files` what they need and do not have. @returns what all of them say to the linker */
async function completeLibraries(
  files: Map<string, string>,
  { root, libraries }: Installation,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Binaries> {
  const binaries = new Map<string, LibraryFacts>();
  for (;;) {
    for (const [path, file] of files) {
      if (binaries.has(path) || !isBinary(path)) continue;
      const facts = await readLibraryFacts(file);
      if (facts !== undefined) binaries.set(path, facts);
    }
    for (const [name, path] of ownNames(binaries, files.keys(), libraries)) {
      files.set(name, files.get(path) ?? '');
    }
    const missing = missingLibraries(binaries, files.keys(), libraries);
    if (missing.size === 0) return binaries;
    const located = await locateLibraries(command, [...missing.keys()], env);
    for (const [name, needer] of missing) {
      const found = located.get(name);
      if (found === undefined) {
        throw new DepotError(
          'bad-spec',
          `[julia] bundle-runtime: ${root}/${needer} needs ${name}, which this host has not`,
          {
            hint: 'install the package that brings it, or unpack an official Julia, which brings all that it needs',
          },
        );
      }
      files.set(`${libraries[0] ?? ''}/${name}`, await realpath(found));
    }
  }
}

function isBinary(path: string): boolean {
  return !path.startsWith('share/') && !path.startsWith('etc/');
}

function refuseLauncher(command: readonly string[]): void {
  const [launcher, ...rest] = command;
  if (rest.length === 0) return;
  throw new DepotError(
    'bad-spec',
    `[julia] bundle-runtime: ${launcher ?? ''} would have to start a shell script, as Julia's libraries do not find each other`,
    { hint: 'unpack an official Julia, whose libraries do, or build on a host that needs no launcher' },
  );
}

/** Files hashed at a time. */
const CONCURRENCY = 4;
const OWNER_EXECUTES = 0o100;

/** One file stands for all names that it has; a library that is there twice would be loaded twice. */
async function listContent(
  files: ReadonlyMap<string, string>,
  texts: ReadonlyMap<string, string>,
  root: string,
): Promise<ListedSources> {
  const places = new Map<string, string>();
  for (const [path, file] of [...files].sort(([a], [b]) => comparePaths(a, b))) {
    const known = places.get(file);
    if (known === undefined || file === `${root}/${path}`) places.set(file, path);
  }
  const limit = pLimit(CONCURRENCY);
  const listed = await Promise.all(
    [...files].map(([path, file]) => limit(() => listFile(path, file, places.get(file) ?? path))),
  );
  const written = [...texts].map(([path, text]): ListingEntry => {
    const size = Buffer.byteLength(text);
    return {
      type: 'file',
      path: parseRelativePath(path, root),
      executable: true,
      size,
      sha256: digestOf(text),
    };
  });
  const listing = withFolders([...listed, ...written], root);
  return { listing: checkListing(listing, root), files, texts };
}

async function listFile(path: string, file: string, place: string): Promise<ListingEntry> {
  const checked = parseRelativePath(path, file);
  if (place !== path) {
    return { type: 'symlink', path: checked, target: posix.relative(posix.dirname(path), place) };
  }
  const { size, mode } = await stat(file);
  const executable = (mode & OWNER_EXECUTES) !== 0;
  return { type: 'file', path: checked, executable, size, sha256: await hashFile(file) };
}

function withFolders(entries: readonly ListingEntry[], where: string): Listing {
  const all = new Map<string, ListingEntry>(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) {
    for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
      all.set(folder, { type: 'directory', path: parseRelativePath(folder, where) });
    }
  }
  return [...all.values()].sort((a, b) => comparePaths(a.path, b.path));
}
