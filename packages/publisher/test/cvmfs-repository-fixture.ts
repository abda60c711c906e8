import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openSource } from '@depotcast/hydrator';
import { init } from '../src/commands/init.js';
import { publishCommand } from '../src/commands/publish.js';
import { verify } from '../src/commands/verify.js';
import { readHistory } from '../src/cvmfs/read/history.js';
import { readManifest } from '../src/cvmfs/read/manifest.js';
import { readObject } from '../src/cvmfs/read/object.js';
import { PREFIX, writeBundle, type BundleSpec } from './bundle-fixture.js';
import { quiet, scratch } from './repository-fixture.js';

/** Bundles that share their layers, except that each has one more. */
const BUNDLES: Readonly<Record<string, BundleSpec>> = {
  a: { targets: ['x86-64'] },
  b: { targets: ['x86-64', 'x86-64-v2'] },
  c: { targets: ['x86-64', 'x86-64-v2', 'x86-64-v3'] },
};

/** A repository that the commands made, with no release yet. */
export async function newMountable(context: TestContext): Promise<string> {
  const repo = join(await scratch(context), 'repo');
  const identity = { name: 'julia.example.org', prefix: PREFIX };
  await init({ repo, ...identity, rootKeys: 1, threshold: 1, timestampDays: 30 }, quiet);
  return repo;
}

/** Publishes one of {@link BUNDLES} under its name. */
export async function publishNamed(repo: string, name: string, with_ = quiet): Promise<void> {
  const bundle = `${repo}.${name}`;
  await writeBundle(bundle, BUNDLES[name]);
  await publishCommand({ repo, bundles: [bundle], name, channel: 'prod' }, with_);
}

export async function copyOf(repo: string, to: string): Promise<string> {
  await cp(repo, to, { recursive: true });
  await cp(`${repo}.keys`, `${to}.keys`, { recursive: true });
  return to;
}

export function manifestOf(repo: string) {
  return readManifest(openSource(repo));
}

/** Revisions by tag. */
export async function tagsOf(repo: string): Promise<Record<string, number>> {
  const { history } = await manifestOf(repo);
  if (history === undefined) return {};
  const tags = await readHistory(await readObject(openSource(repo), history, 'H'), 'tags');
  return Object.fromEntries(tags.map(({ name, revision }) => [name, revision]));
}

export async function problemsOf(repo: string, with_ = quiet): Promise<string[]> {
  const { problems } = await verify({ repo, cvmfs: true }, with_);
  return problems.map(({ message }) => message);
}
