import assert from 'node:assert/strict';
import { readdir, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { openSource } from '@depotcast/hydrator';
import { gc, type GcOptions, restoreAll, why } from '../src/commands/gc.js';
import { list } from '../src/commands/list.js';
import { log } from '../src/commands/log.js';
import { setPin } from '../src/commands/pin.js';
import { refreshCommand } from '../src/commands/refresh.js';
import { retire } from '../src/commands/retire.js';
import { rollback } from '../src/commands/rollback.js';
import { showRelease } from '../src/commands/show.js';
import { verify } from '../src/commands/verify.js';
import { readReflog } from '../src/cvmfs/read/reflog.js';
import type { WritePoint } from '../src/files/durable-writer.js';
import { walkFiles } from '../src/files/walk.js';
import {
  copyOf,
  manifestOf,
  newMountable,
  problemsOf,
  publishNamed,
  tagsOf,
} from './cvmfs-repository-fixture.js';
import { quiet } from './repository-fixture.js';

/** How many places a collection is interrupted at, evenly spaced. */
const CRASHES = 12;
const DAY = 24 * 60 * 60 * 1000;
const later = (days: number) => ({ ...quiet, now: () => new Date(Date.now() + days * DAY) });

const collect = (repo: string, options: Partial<GcOptions> = {}, with_ = quiet) =>
  gc({ repo, grace: 3, ...options }, with_);

/** Files in use, in a fixed order. */
async function filesOf(repo: string): Promise<string[]> {
  const files: string[] = [];
  for (const start of ['data', '.depot']) {
    for await (const path of walkFiles(repo, start)) {
      if (!path.startsWith('.depot/quarantine/')) files.push(path);
    }
  }
  return files;
}

const namesOf = async (repo: string) => (await list({ repo }, quiet)).releases.map(({ name }) => name);

const idOf = async (repo: string, which: string) => (await showRelease({ repo, which }, quiet)).id;

/** Tree digests. */
const layersOf = async (repo: string, which: string) =>
  (await showRelease({ repo, which }, quiet)).layers.map(({ tree }) => tree);

/** A repository that has run a, b and c, in this order. */
async function withHistory(context: TestContext): Promise<string> {
  const repo = await newMountable(context);
  for (const name of ['a', 'b', 'c']) await publishNamed(repo, name);
  return repo;
}

/** Retires releases, and one revision more, so that no tag leads to a tree with them. */
async function retireAtOnce(repo: string, releases: readonly string[]): Promise<void> {
  await retire({ repo, releases }, quiet);
  await refreshCommand({ repo }, quiet);
}

describe('what gc leaves alone', () => {
  test('everything within the grace period, though nothing needs it', async (context) => {
    const repo = await withHistory(context);
    await retire({ repo, releases: ['a', 'b'] }, quiet);
    const before = await filesOf(repo);
    assert.equal((await collect(repo)).quarantined.files, 0);
    assert.deepEqual(await filesOf(repo), before);
  });

  test('whatever any release, history or tag needs, at any age', async (context) => {
    const repo = await withHistory(context);
    const { quarantined } = await collect(repo, { grace: 0 });
    assert.ok(quarantined.files > 0, 'superseded metadata and revisions');
    assert.deepEqual(await namesOf(repo), ['a', 'b', 'c']);
    for (const which of ['a', 'b']) {
      await rollback({ repo, channel: 'prod', hash: await idOf(repo, which) }, quiet);
    }
    assert.deepEqual(await problemsOf(repo), []);
    assert.deepEqual(Object.keys(await tagsOf(repo)), ['a', 'b', 'c', 'trunk', 'trunk-previous']);
  });

  test('metadata that was in force until lately, with what it leads to', async (context) => {
    const repo = await withHistory(context);
    const old = (await readdir(join(repo, '.depot/tuf'))).filter((name) => /targets|snapshot/.test(name));
    await retire({ repo, releases: ['a'] }, quiet);
    const before = await filesOf(repo);
    const aged = new Date(Date.now() - 30 * DAY);
    for (const path of before) if (!/tuf/.test(path)) await utimes(join(repo, path), aged, aged);
    await collect(repo);
    const now = await filesOf(repo);
    for (const name of old) assert.ok(now.includes(`.depot/tuf/${name}`), name);
    assert.deepEqual(now, before);
  });

  test('files that are none of ours', async (context) => {
    const repo = await withHistory(context);
    await rename(join(repo, '.cvmfs_master_replica'), join(repo, 'data/notes.txt'));
    await collect(repo, { grace: 0 });
    assert.ok((await filesOf(repo)).includes('data/notes.txt'));
  });
});

test('what nothing needs goes into quarantine, and is deleted once that is as old as the grace period', async (context) => {
  const repo = await withHistory(context);
  await rollback({ repo, channel: 'prod', hash: await idOf(repo, 'a') }, quiet);
  const [kept, gone] = [await layersOf(repo, 'a'), await layersOf(repo, 'c')];
  const listing = `.depot/listings/${gone.find((tree) => !kept.includes(tree)) ?? ''}`;
  await retireAtOnce(repo, ['b', 'c']);
  const dry = await collect(repo, { dryRun: true }, later(4));
  const first = await collect(repo, {}, later(4));
  assert.ok(first.quarantined.files > 0);
  assert.deepEqual([dry.quarantined, dry.kept, dry.done], [first.quarantined, first.kept, false]);
  assert.equal((await filesOf(repo)).includes(listing), false);
  assert.deepEqual(await problemsOf(repo), []);
  assert.deepEqual((await verify({ repo }, quiet)).strangers, []);

  assert.equal((await collect(repo, {}, later(5))).deleted.files, 0);
  assert.deepEqual((await collect(repo, {}, later(8))).deleted, first.quarantined);
  assert.deepEqual(await readdir(join(repo, '.depot/quarantine')), []);
  assert.deepEqual(await problemsOf(repo), []);
});

test('a release that is published again after its files went into quarantine is whole', async (context) => {
  const repo = await withHistory(context);
  const { id } = await showRelease({ repo, which: 'b' }, quiet);
  await rollback({ repo, channel: 'prod', hash: await idOf(repo, 'a') }, quiet);
  await retireAtOnce(repo, ['b', 'c']);
  await collect(repo, { grace: 0 });
  await publishNamed(repo, 'b');
  assert.equal((await showRelease({ repo, which: 'prod' }, quiet)).id, id);
  assert.deepEqual(await problemsOf(repo), []);
  await collect(repo, { grace: 0 });
  assert.deepEqual(await problemsOf(repo), []);
});

test('--restore puts everything back', async (context) => {
  const repo = await withHistory(context);
  await retire({ repo, releases: ['a'] }, quiet);
  const before = await filesOf(repo);
  await collect(repo, { grace: 0 });
  assert.notDeepEqual(await filesOf(repo), before);
  await restoreAll({ repo }, quiet);
  assert.deepEqual(await filesOf(repo), before);
});

describe('retiring', () => {
  test('is refused for what runs in a channel or is pinned', async (context) => {
    const repo = await withHistory(context);
    await setPin({ repo, release: 'a' }, true, quiet);
    await assert.rejects(retire({ repo, releases: ['a', 'b', 'c'] }, quiet), {
      code: 'usage',
      message: 'a is pinned; c runs in channel prod',
    });
    assert.deepEqual(await namesOf(repo), ['a', 'b', 'c']);
    await setPin({ repo, release: 'a' }, false, quiet);
    await retire({ repo, releases: ['a'] }, quiet);
    assert.deepEqual(await namesOf(repo), ['b', 'c']);
  });

  test('leaves the history as it is, takes the tag away, and rollback says what has happened', async (context) => {
    const repo = await withHistory(context);
    const before = await log({ repo, channel: 'prod' }, quiet);
    const hash = await idOf(repo, 'a');
    await retire({ repo, releases: ['a'] }, quiet);
    assert.deepEqual(await log({ repo, channel: 'prod' }, quiet), before);
    const { revision } = await manifestOf(repo);
    const tags = { b: revision, c: revision, trunk: revision, 'trunk-previous': revision - 1 };
    assert.deepEqual(await tagsOf(repo), tags, 'no tag leads to a tree that has it');
    const again = rollback({ repo, channel: 'prod', hash }, quiet);
    await assert.rejects(again, {
      code: 'not-found',
      message: /release a \([0-9a-f]{12}\) has been retired/,
    });
    assert.deepEqual(await problemsOf(repo), []);
  });

  test('by limits keeps what runs, what is pinned, and what one of the limits keeps', async (context) => {
    const repo = await withHistory(context);
    await setPin({ repo, release: 'a' }, true, quiet);
    assert.deepEqual((await collect(repo, { keepHistory: 2 })).retired, []);
    assert.deepEqual((await collect(repo, { keepHistory: 1, keepDays: 30 })).retired, []);
    const dry = await collect(repo, { keepHistory: 1, dryRun: true });
    assert.deepEqual([dry.retired.map(({ name }) => name), await namesOf(repo)], [['b'], ['a', 'b', 'c']]);
    await collect(repo, { keepDays: 1 }, later(2));
    assert.deepEqual(await namesOf(repo), ['a', 'c']);
    assert.deepEqual(await problemsOf(repo), []);
  });
});

describe('the reference log', () => {
  const references = async (repo: string) =>
    readReflog(await openSource(repo).read('.cvmfsreflog', 1e9), 'reflog');

  test('lists nothing that has gone', async (context) => {
    const repo = await withHistory(context);
    for (let i = 0; i < 3; i++) await refreshCommand({ repo }, quiet);
    const before = await references(repo);
    await collect(repo, { grace: 0 });
    const after = await references(repo);
    assert.ok(after.length < before.length);
    const files = new Set(await filesOf(repo));
    for (const { hash, kind } of after) {
      const suffix = { catalog: 'C', certificate: 'X', history: 'H', metainfo: 'M' }[kind];
      assert.ok(files.has(`data/${hash.slice(0, 2)}/${hash.slice(2)}${suffix}`), `${kind} ${hash}`);
    }
  });

  test('stays as it is in a copy without keys, from which what is needed does not go', async (context) => {
    const repo = await withHistory(context);
    await rm(join(`${repo}.keys`, 'julia.example.org.key'));
    const before = await references(repo);
    await collect(repo, { grace: 0 });
    assert.deepEqual(await references(repo), before);
    assert.deepEqual(await problemsOf(repo), []);
  });
});

test('gc that dies at any step leaves a repository in which all is sound, and the next one ends it', async (context) => {
  const origin = await withHistory(context);
  await rollback({ repo: origin, channel: 'prod', hash: await idOf(origin, 'a') }, quiet);
  await retireAtOnce(origin, ['b', 'c']);
  const points: WritePoint[] = [];
  const reference = await copyOf(origin, `${origin}-reference`);
  await collect(reference, { grace: 0 }, { ...later(1), onWrite: (point) => points.push(point) });
  const wanted = await filesOf(reference);
  assert.ok(points.length > 20);
  const step = Math.ceil(points.length / CRASHES);
  for (let dying = 0; dying < points.length; dying += step) {
    const repo = await copyOf(origin, `${origin}-${dying}`);
    let steps = 0;
    const onWrite = () => {
      if (steps++ === dying) throw new Error('crash');
    };
    await assert.rejects(collect(repo, { grace: 0 }, { ...later(1), onWrite }), /crash/);
    const path = points[dying]?.path ?? '';
    assert.deepEqual((await verify({ repo }, quiet)).problems, [], path);
    await collect(repo, { grace: 0 }, later(1));
    assert.deepEqual(await filesOf(repo), wanted, path);
    assert.deepEqual(await problemsOf(repo), [], path);
    await rm(repo, { recursive: true });
  }
});

test('a repository with damage in what is needed is not touched', async (context) => {
  const repo = await withHistory(context);
  const listing = (await filesOf(repo)).find((path) => path.includes('listings'));
  await rm(join(repo, listing ?? ''));
  const before = await filesOf(repo);
  await assert.rejects(collect(repo, { grace: 0 }), { code: 'not-found' });
  assert.deepEqual(await filesOf(repo), before);
});

describe('--why', () => {
  test('leads from a channel over release, layer and listing to an object', async (context) => {
    const repo = await withHistory(context);
    const { chains, files } = await why({ repo, why: await anObject(repo), grace: 3 }, quiet);
    assert.equal(files.length, 1);
    assert.ok(
      chains.some((chain) =>
        /^channel prod, revision 3 \/ release c \([0-9a-f]{64}\) \/ layer \S+, listing [0-9a-f]{64} \/ object [0-9a-f]{40}-shake128, of \S+$/.test(
          chain.join(' / '),
        ),
      ),
      JSON.stringify(chains, null, 1),
    );
  });

  test('names every release that has a layer', async (context) => {
    const repo = await withHistory(context);
    const { layers } = await showRelease({ repo, which: 'a' }, quiet);
    const { chains } = await why({ repo, why: layers[0]?.id ?? '', grace: 3 }, quiet);
    const releases = new Set(chains.map((chain) => /release (\w)/.exec(chain.join(' '))?.[1]));
    assert.ok(['a', 'b', 'c'].every((name) => releases.has(name)));
  });

  test('says so when nothing needs it', async (context) => {
    const repo = await withHistory(context);
    const id = await idOf(repo, 'a');
    await retireAtOnce(repo, ['a']);
    await collect(repo, { grace: 0, keepDays: 1000 });
    await restoreAll({ repo }, quiet);
    const { chains, files } = await why({ repo, why: id.slice(0, 12), grace: 0 }, quiet);
    assert.deepEqual([chains, files], [[], [`.depot/releases/${id}.${id}.json`]]);
  });

  test('knows no name that is none', async (context) => {
    const repo = await newMountable(context);
    await assert.rejects(why({ repo, why: 'zz', grace: 3 }, quiet), { code: 'usage' });
    await assert.rejects(why({ repo, why: 'f'.repeat(40), grace: 3 }, quiet), { code: 'not-found' });
  });

  async function anObject(repo: string): Promise<string> {
    const { layers } = await showRelease({ repo, which: 'c' }, quiet);
    const only = layers.at(-1);
    const listing = (await openSource(repo).read(`.depot/listings/${only?.tree ?? ''}`, 1e9)).toString();
    return /\t([0-9a-f]{40}):/.exec(listing)?.[1] ?? '';
  }
});
