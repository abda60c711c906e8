import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { DepotError, type Digest, digestOf, renderJson, repository } from '@depotcast/hydrator/format';
import { DurableWriter } from '../files/durable-writer.js';
import { exists } from '../files/exists.js';
import { createRoleKey, createRootKeys, ROOT_COPY } from '../trust/key-directory.js';
import { planRevision } from '../trust/plan-revision.js';
import { firstRoot } from '../trust/root.js';
import { expiryAfter, signMetadata } from '../trust/sign-metadata.js';
import { commitRevision } from './commit.js';
import { checkConfig, type RepositoryConfig } from './config.js';
import { withLock } from './lock.js';

export interface NewRepository {
  readonly directory: string;
  /** Fully qualified repository name. */
  readonly name: string;
  readonly prefix: string;
  readonly days: RepositoryConfig['days'];
  /** Where to put the keys of the targets, snapshot and timestamp roles, and the root for nodes. */
  readonly keys: string;
  /** Where to put the root keys; may be a medium that is kept offline. */
  readonly rootKeys: string;
  readonly rootKeyCount: number;
  /** Root keys that must sign a new root. */
  readonly threshold: number;
  readonly now: Date;
}

export interface CreatedRepository {
  readonly directory: string;
  readonly name: string;
  readonly prefix: string;
  readonly keys: string;
  readonly rootKeys: string;
  /** The root metadata to hand to nodes. */
  readonly root: string;
  /** SHA-256 of the root metadata: what people compare. */
  readonly rootFingerprint: Digest;
}

/**
 * Makes keys and an empty signed repository.
 * @throws DepotError `usage` for one that exists, for keys that exist, and for keys inside the repository
 */
export async function createRepository(wanted: NewRepository): Promise<CreatedRepository> {
  const { directory, keys, rootKeys, name, prefix, days, now } = wanted;
  const config = checkConfig({ format: 'depotcast-repository/1', name, prefix, days });
  for (const secret of [keys, rootKeys]) refuseInside(directory, secret);
  await mkdir(join(directory, repository.targets), { recursive: true });
  return withLock(directory, async () => {
    await refuseExisting(directory);
    const root = await createRootKeys(rootKeys, wanted.rootKeyCount);
    const online = {
      targets: await createRoleKey(keys, 'targets'),
      snapshot: await createRoleKey(keys, 'snapshot'),
      timestamp: await createRoleKey(keys, 'timestamp'),
    };
    const threshold = wanted.threshold;
    const signed = firstRoot({ root, threshold, online }, expiryAfter(now, days.root));
    const rootBytes = signMetadata(signed, root);
    await new DurableWriter(keys).write(ROOT_COPY, rootBytes);
    await commitRevision(new DurableWriter(directory), [
      { path: repository.metadataFile('root', 1), bytes: rootBytes },
      { path: repository.config, bytes: Buffer.from(renderJson(config)) },
      ...planRevision(undefined, {}, online, config, now),
    ]);
    return {
      ...{ directory, name, prefix, keys, rootKeys },
      root: join(keys, ROOT_COPY),
      rootFingerprint: digestOf(rootBytes),
    };
  });
}

function refuseInside(directory: string, keys: string): void {
  const path = relative(resolve(directory), resolve(keys));
  if (path.startsWith('..')) return;
  throw new DepotError('usage', `${keys}: secret keys inside the repository would be served to everyone`, {
    hint: 'name a directory elsewhere',
  });
}

async function refuseExisting(directory: string): Promise<void> {
  for (const path of [repository.config, repository.metadataFile('timestamp')]) {
    const file = join(directory, path);
    if (!(await exists(file))) continue;
    throw new DepotError('usage', `${file}: a repository is there already`, {
      hint: 'publish to it, or name another directory',
    });
  }
}
