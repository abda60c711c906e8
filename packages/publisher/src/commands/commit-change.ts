import { DurableWriter } from '../files/durable-writer.js';
import { commitRevision } from '../repository/commit.js';
import type { OpenRepository } from '../repository/open-repository.js';
import { readSigners } from '../trust/key-directory.js';
import { type Change, planRevision } from '../trust/plan-revision.js';
import type { Context } from './context.js';
import { follow, prepareToFollow } from './follow.js';
import { keysOf, type WriteOptions } from './options.js';

/**
 * Brings a change that needs no new objects into force, and to CernVM-FS clients; without one, these get what they have
 * missed so far. Only for the holder of the lock.
 */
export async function commitChange(
  { trusted, state, config }: OpenRepository,
  change: Change | undefined,
  options: WriteOptions,
  context: Context,
): Promise<void> {
  const follower = await prepareToFollow(trusted.source, config.name, options, context);
  const writer = new DurableWriter(options.repo, context.onWrite);
  if (change !== undefined) {
    const signers = await readSigners(keysOf(options));
    await commitRevision(writer, planRevision(state, change, signers, config, context.now()));
  }
  await follow(options, context, follower, writer);
}
