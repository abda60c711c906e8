import type { Source } from '@depotcast/hydrator';
import { followTrust } from '../cvmfs/follow-trust.js';
import type { LayerCatalogs } from '../cvmfs/mount-layers.js';
import { openNamespace, type OpenNamespace } from '../cvmfs/open-namespace.js';
import { readHydrator } from '../export/read-hydrator.js';
import type { DurableWriter } from '../files/durable-writer.js';
import { openRepository } from '../repository/open-repository.js';
import { updateSite } from '../site/write-site.js';
import type { Context } from './context.js';
import { keysOf, openOptions, type RepoOptions } from './options.js';

/** What publishing to CernVM-FS clients takes, gathered before anything is changed. */
export interface Follower {
  readonly namespace: OpenNamespace;
  readonly hydrator: Buffer;
}

/** @param name of the repository @throws DepotError as {@link openNamespace} and {@link readHydrator} */
export async function prepareToFollow(
  source: Source,
  name: string,
  options: RepoOptions,
  context: Context,
): Promise<Follower> {
  const namespace = await openNamespace(source, name, keysOf(options), context.now());
  return { namespace, hydrator: await readHydrator() };
}

/** Publishes the state that a command has brought into force to CernVM-FS clients as well, and to readers of the page. */
export async function follow(
  options: RepoOptions,
  context: Context,
  { namespace, hydrator }: Follower,
  writer: DurableWriter,
  layers: LayerCatalogs = new Map(),
): Promise<void> {
  const opened = await openRepository(options.repo, openOptions(options, context));
  await followTrust(opened, namespace, { writer, hydrator, now: context.now(), layers });
  await updateSite(opened, writer, context.now());
}
