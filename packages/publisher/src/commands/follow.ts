import { followTrust } from '../cvmfs/follow-trust.js';
import type { LayerCatalogs } from '../cvmfs/mount-layers.js';
import { openNamespace, type OpenNamespace } from '../cvmfs/open-namespace.js';
import { readHydrator } from '../export/read-hydrator.js';
import type { DurableWriter } from '../files/durable-writer.js';
import { openRepository, type OpenRepository } from '../repository/open-repository.js';
import type { Context } from './context.js';
import { keysOf, openOptions, type RepoOptions } from './options.js';

/** The CernVM-FS side of a repository that a command is about to change. */
export function openNamespaceOf(
  { trusted, config }: Pick<OpenRepository, 'trusted' | 'config'>,
  options: RepoOptions,
  context: Context,
): Promise<OpenNamespace> {
  return openNamespace(trusted.source, config.name, keysOf(options), context.now());
}

export interface Followed {
  readonly namespace: OpenNamespace;
  readonly writer: DurableWriter;
  readonly layers?: LayerCatalogs | undefined;
}

/** Publishes the state that a command has brought into force to CernVM-FS clients as well. */
export async function follow(
  options: RepoOptions,
  context: Context,
  { namespace, writer, layers }: Followed,
): Promise<void> {
  const opened = await openRepository(options.repo, openOptions(options, context));
  const tools = { writer, readHydrator, now: context.now() };
  await followTrust(opened, namespace, layers === undefined ? tools : { ...tools, layers });
}
