import { DepotError, isAtLeast } from '@depotcast/hydrator/format';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { juliaString } from '../julia/literal.js';
import type { ProofStage } from '../plan/stage.js';
import type { BuildContext, OnLine } from '../stages/context.js';
import { seenLayer, startScript } from '../stages/start-julia.js';
import { removeTree } from '../store/canonical.js';

/** What of a job's circumstances this host can show. That the tree is at its final path always holds, as does a home of nobody's. */
export const conditionsSchema = v.strictObject({
  /** Julia runs as a user who owns nothing. */
  otherUser: v.boolean(),
  /** Neither layers nor a cache in the first depot could be written. */
  readOnly: v.boolean(),
  /** Julia itself refuses to go on without a cache. */
  strict: v.boolean(),
});
export type Conditions = v.InferOutput<typeof conditionsSchema>;

/** Julia's flag to that end, which 1.11 brought. */
export const STRICT = '--compiled-modules=strict';

/** Tries which conditions hold: a stranger may be kept from Julia or the tree by the modes of folders above them. */
export async function findConditions(
  stage: ProofStage,
  context: BuildContext,
  start: { readonly folder: string; readonly depots: readonly string[] },
  onLine: OnLine,
): Promise<Conditions> {
  const otherUser = context.isRoot && (await canStrangerStart(stage, context, start, onLine));
  return {
    otherUser,
    readOnly: otherUser || !context.isRoot,
    strict: isAtLeast(context.julia.version, '1.11'),
  };
}

async function canStrangerStart(
  stage: ProofStage,
  context: BuildContext,
  { folder, depots }: { readonly folder: string; readonly depots: readonly string[] },
  onLine: OnLine,
): Promise<boolean> {
  const needed = [...depots, seenLayer(context, stage.sources)].map(juliaString).join(', ');
  const script = `foreach(readdir, [${needed}])\n`;
  const { sysimage } = stage.image;
  try {
    await startScript(context, { stage, sysimage, depots, folder, script, asStranger: true }, onLine);
    return true;
  } catch (error) {
    if (error instanceof DepotError && error.code === 'build-failed') return false;
    throw error;
  }
}

/** The conditions as a half sentence, those that do not hold among them. */
export function describeConditions({ otherUser, readOnly, strict }: Conditions): string {
  const user = otherUser ? 'as another user' : 'as the same user';
  const writing = readOnly ? 'with nothing to write to' : 'on a tree that root could write to';
  return `${user}, ${writing}${strict ? ', strictly' : ''}`;
}

/**
 * Runs `use` with a first depot such as jobs have: fresh, and open to every user. But caches cannot be written to it, by
 * any user but root.
 */
export async function withFirstDepot<T>(use: (depot: string) => Promise<T>): Promise<T> {
  // Folders above the build cache may be closed to others.
  const depot = await mkdtemp(join(tmpdir(), 'depotcast-proof-'));
  try {
    const caches = join(depot, 'compiled');
    await mkdir(caches);
    await chmod(caches, 0o555);
    await chmod(depot, 0o1777);
    return await use(depot);
  } finally {
    await removeTree(depot);
  }
}
