import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DepotError, type Image, type Release, withPrivateMount } from '../format/index.js';
import type { JuliaProgram } from '../launch/julia-program.js';
import { type LaunchEnvironment, renderEnvironment } from '../launch/render-environment.js';

export interface Launch {
  readonly environment: LaunchEnvironment;
  /** Wraps a command line where the tree must first be bound onto the prefix; otherwise leaves it as it is. */
  wrap(command: readonly string[]): string[];
}

/**
 * Where Julia will see the tree, and with which environment.
 * @param root folder that holds the layers
 * @param scratch first depot, or undefined for a fresh name below the temporary directory that nobody can foresee
 */
export function prepareLaunch(
  release: Release,
  image: Image,
  root: string,
  julia: JuliaProgram,
  scratch: string | undefined,
): Launch {
  const bound = release.pathBound && root !== release.prefix;
  const environment = renderEnvironment(release, image, {
    root: bound ? release.prefix : root,
    juliaBindir: julia.bindir,
    scratch: scratch ?? join(tmpdir(), `depotcast-${randomBytes(8).toString('hex')}`),
  });
  const isRoot = process.getuid?.() === 0;
  return {
    environment,
    wrap: (command) => (bound ? withPrivateMount(command, root, release.prefix, { isRoot }) : [...command]),
  };
}

/**
 * A mount point for a tree that lives elsewhere.
 * @throws DepotError `no-image`: a path-bound release can only run at its prefix
 */
export async function ensureMountPoint(release: Release, root: string): Promise<void> {
  if (!release.pathBound || root === release.prefix) return;
  try {
    await mkdir(release.prefix, { recursive: true });
  } catch (cause) {
    throw new DepotError(
      'no-image',
      `release ${release.name} runs only at ${release.prefix}, which is not there`,
      {
        cause,
        hint: `have the folder ${release.prefix} created once on the nodes, or mount the repository there`,
      },
    );
  }
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
