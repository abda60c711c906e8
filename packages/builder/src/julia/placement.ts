import { DepotError, isPathBound, type LayerId, tree, withPrivateMount } from '@depotcast/hydrator/format';
import { execFile } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** How Julia comes to see the tree under its final path while it compiles. */
export type Placement =
  /** The staging tree is where Julia sees it. */
  | { readonly kind: 'plain'; readonly staging: string; readonly seen: string }
  /** Each Julia runs in a private mount namespace, in which the staging tree is bound onto the prefix. */
  | { readonly kind: 'mount'; readonly staging: string; readonly seen: string; readonly isRoot: boolean };

export interface PlacementRequest {
  readonly version: string;
  readonly prefix: string;
  /** Where the tree stands when the prefix itself is not written to. */
  readonly staging: string;
  readonly isRoot: boolean;
}

/**
 * Finds the way to place the tree. Julia before 1.11 needs it at the prefix itself. A mount point that has to be made
 * stays: removing it would unmount it under every other build that uses it.
 * @throws DepotError `build-failed` when the prefix can neither be mounted on nor written to
 */
export async function choosePlacement(request: PlacementRequest): Promise<Placement> {
  const { version, prefix, staging, isRoot } = request;
  await mkdir(join(staging, tree.layers), { recursive: true });
  if (!isPathBound(version)) return { kind: 'plain', staging, seen: staging };
  await mkdir(prefix, { recursive: true }).catch(() => undefined);
  if (await canMount(request)) return { kind: 'mount', staging, seen: prefix, isRoot };
  if (await isWritable(prefix)) return { kind: 'plain', staging: prefix, seen: prefix };
  throw new DepotError(
    'build-failed',
    `${prefix}: Julia ${version} must be compiled at this prefix, which can neither be mounted on nor written to`,
    {
      hint: `run as root, allow unprivileged user namespaces, or make the prefix: mkdir -p ${prefix} && chown $(id -u) ${prefix}`,
    },
  );
}

/**
 * The command line that starts `command` where the tree is in its place; with a private mount, read-only but for one layer.
 */
export function placed(
  placement: Placement,
  command: readonly string[],
  writable: LayerId | undefined,
): readonly string[] {
  switch (placement.kind) {
    case 'plain':
      return command;
    case 'mount':
      return withPrivateMount(command, placement.staging, placement.seen, {
        isRoot: placement.isRoot,
        writable: writable === undefined ? undefined : tree.layer(writable),
      });
  }
}

/**
 * Refuses paths that the mount would hide from Julia.
 * @throws DepotError `bad-spec`
 */
export function refuseHidden(prefix: string, paths: readonly string[]): void {
  const hidden = paths.find((path) => path === prefix || path.startsWith(`${prefix}/`));
  if (hidden === undefined) return;
  throw new DepotError(
    'bad-spec',
    `${hidden} lies below the prefix ${prefix}, where the tree is put while compiling`,
    {
      hint: 'move it elsewhere, or choose another prefix',
    },
  );
}

async function canMount({ prefix, staging, isRoot }: PlacementRequest): Promise<boolean> {
  const probe = ['test', '-d', join(prefix, tree.layers)];
  const [program = '', ...args] = withPrivateMount(probe, staging, prefix, { isRoot });
  return promisify(execFile)(program, args).then(
    () => true,
    () => false,
  );
}

async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
