import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DepotError, type Image, type Release, withPrivateMount } from '../format/index.js';
import type { JuliaProgram } from '../launch/julia-program.js';
import { type LaunchEnvironment, renderEnvironment } from '../launch/render-environment.js';

export interface Launch {
  readonly environment: LaunchEnvironment;
  /** Wraps a command line where the tree must first be bound onto the prefix; otherwise leaves it as it is. */
  wrap(command: readonly string[]): string[];
  /** The environment of the job's process: ours, as the launch changes it. */
  inherit(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
}

/**
 * Where Julia will see the tree, and with which environment.
 * @param root folder that holds the layers
 * @param env of the job
 * @param scratch first depot, or undefined for a fresh name below the temporary directory that nobody can foresee
 */
export function prepareLaunch(
  release: Release,
  image: Image,
  root: string,
  julia: JuliaProgram,
  scratch: string | undefined,
  env: NodeJS.ProcessEnv,
): Launch {
  const bound = isBound(release, root);
  const environment = renderEnvironment(release, image, {
    root: seenRoot(release, root),
    juliaBindir: julia.bindir,
    ...(julia.isBundled === true ? { path: env['PATH'] ?? '' } : {}),
    scratch: scratch === undefined ? freshScratch() : resolve(scratch),
  });
  return {
    environment,
    inherit: (env) => {
      const { set, unset, flags } = environment;
      const kept = Object.entries(env).filter(([name]) => !unset.includes(name));
      return { ...Object.fromEntries(kept), ...set, DEPOT_JULIA_FLAGS: flags.join(' ') };
    },
    wrap: (command) =>
      bound ? withPrivateMount(command, root, release.prefix, { isRoot: isRoot() }) : [...command],
  };
}

/** Where Julia sees the tree whose layers stand below `root`. */
export function seenRoot(release: Release, root: string): string {
  return isBound(release, root) ? release.prefix : root;
}

/** Whether the tree must first be bound onto the prefix. */
function isBound(release: Release, root: string): boolean {
  return release.pathBound && root !== release.prefix;
}

/**
 * Makes sure that a release stands where it can run, for a job that starts without anything being bound there.
 * @throws DepotError `no-image`
 */
export function requireInPlace(release: Release, root: string): void {
  if (!isBound(release, root)) return;
  throw new DepotError(
    'no-image',
    `release ${release.name} runs only at ${release.prefix}, and its layers are at ${root}`,
    {
      hint: `mount or fetch it at ${release.prefix}, or start the job with 'depot-hydrate exec', which can bind it there`,
    },
  );
}

/**
 * Makes sure that a tree which lives elsewhere can be shown at the prefix.
 * @throws DepotError `no-image`: a path-bound release can only run at its prefix
 */
export async function ensureMountable(release: Release, root: string): Promise<void> {
  if (!isBound(release, root)) return;
  const refuse = (why: string, cause: unknown): never => {
    throw new DepotError('no-image', `release ${release.name} runs only at ${release.prefix}, where ${why}`, {
      cause,
      hint: `mount the repository there, or have the folder made and fetch into it: depot-hydrate fetch --into ${release.prefix}`,
    });
  };
  await mkdir(release.prefix, { recursive: true }).catch((cause: unknown) =>
    refuse(`no folder can be made (${(cause as NodeJS.ErrnoException).code ?? ''})`, cause),
  );
  const [program = '', ...args] = withPrivateMount(['true'], root, release.prefix, { isRoot: isRoot() });
  await promisify(execFile)(program, args).catch((cause: unknown) =>
    refuse(
      `nothing can be mounted in private: ${(cause as Error).message.trim().split('\n').at(-1) ?? ''}`,
      cause,
    ),
  );
}

function freshScratch(): string {
  return join(tmpdir(), `depotcast-${randomBytes(8).toString('hex')}`);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * An image of one Julia crashes or is refused under another.
 * @throws DepotError `no-image`
 */
export function requireJuliaVersion(image: Image, julia: JuliaProgram): void {
  if (image.julia.version === julia.version) return;
  const found = `${julia.command.join(' ')} is ${julia.version}`;
  throw new DepotError('no-image', `the image is for Julia ${image.julia.version}, but ${found}`, {
    hint: `put Julia ${image.julia.version} on the PATH, or name it with --julia`,
  });
}
