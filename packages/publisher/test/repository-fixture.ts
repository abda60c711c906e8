import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Context } from '../src/commands/context.js';
import { joinBundles } from '../src/bundle/join-bundles.js';
import { openBundle } from '../src/bundle/open-bundle.js';
import { DurableWriter, type WriteHook } from '../src/files/durable-writer.js';
import { preparePublish } from '../src/publish/prepare.js';
import { publish } from '../src/publish/publish.js';
import { DEFAULT_DAYS } from '../src/repository/config.js';
import { createRepository } from '../src/repository/create-repository.js';
import { openRepository } from '../src/repository/open-repository.js';
import { readSigners } from '../src/trust/key-directory.js';
import { PREFIX } from './bundle-fixture.js';

/** A directory of the test's own, gone when it ends. */
export async function scratch(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'depotcast-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function newRepository(directory: string, now = new Date()): Promise<string> {
  const keys = `${directory}.keys`;
  await createRepository({
    ...{ directory, keys, rootKeys: keys, now, prefix: PREFIX, days: DEFAULT_DAYS },
    ...{ name: 'julia.example.org', rootKeyCount: 1, threshold: 1 },
  });
  return directory;
}

export interface PublishOptions {
  readonly name?: string;
  readonly channel?: string;
  readonly onWrite?: WriteHook;
  readonly now?: Date;
}

/** A world outside that swallows all output. */
export const quiet: Context = {
  now: () => new Date(),
  print: () => undefined,
  note: () => undefined,
  exitWith: () => undefined,
};

/** For tasks whose progress nobody watches. */
export const SILENT = { onTotal: () => undefined, onLayer: () => undefined, onFile: () => undefined };

/** What the publish command does, without its lock. */
export async function publishBundles(
  repository: string,
  bundles: readonly string[],
  { name = 'first', channel = 'prod', onWrite, now = new Date() }: PublishOptions = {},
) {
  const opened = await openRepository(repository);
  const bundle = joinBundles(await Promise.all(bundles.map(openBundle)));
  const preparation = await preparePublish({ name, channel }, bundle, opened);
  const id = await publish(preparation, opened, {
    writer: new DurableWriter(repository, onWrite),
    signers: await readSigners(`${repository}.keys`),
    now,
    events: SILENT,
  });
  return { id, plan: preparation.plan };
}
