import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DepotError, parseRelease } from '../src/format/index.js';
import { nodeDirectories } from '../src/job/directories.js';
import { locate } from '../src/job/locate.js';
import { chooseTreeRoot } from '../src/job/tree-root.js';
import { openSource } from '../src/source/open-source.js';
import { DirectoryState } from '../src/trust/state.js';
import { golden } from './golden.js';

const scratch = await mkdtemp(join(tmpdir(), 'depotcast-state-'));
after(() => rm(scratch, { recursive: true }));

/** Metadata of a version, padded. */
const metadata = (version: number, padding = '') => {
  const bytes = Buffer.from(JSON.stringify({ signed: { version }, padding }));
  return { root: bytes, timestamp: bytes, snapshot: bytes, targets: bytes };
};
const codeIs = (code: string) => (error: unknown) => error instanceof DepotError && error.code === code;

test('what was saved is loaded to the byte, for each location apart', async () => {
  const directory = join(scratch, 'state');
  const [a, b] = [new DirectoryState(directory, '/a'), new DirectoryState(directory, 'https://b')];
  assert.equal(await a.load(), undefined);
  await a.save(metadata(1, 'ü\n'));
  await b.save(metadata(1));
  assert.deepEqual(await a.load(), metadata(1, 'ü\n'));
  assert.equal((await readdir(directory)).length, 2, 'no temporary file is left');
});

test('jobs that save at once leave one whole state', async () => {
  const state = new DirectoryState(join(scratch, 'shared'), '/a');
  const states = ['x', 'yy', 'zzz'].map((text) => metadata(1, text.repeat(10_000)));
  await Promise.all(states.map((each) => state.save(each)));
  const saved = await state.load();
  assert.ok(states.some((each) => saved?.targets?.equals(each.targets)));
});

test('a slow job does not take the node back behind what a quick one has seen', async () => {
  const state = new DirectoryState(join(scratch, 'race'), '/a');
  await state.save(metadata(4));
  await state.save(metadata(3));
  assert.deepEqual(await state.load(), metadata(4));
});

test('of jobs that save different states at once the newest wins, whoever comes last', async () => {
  for (let round = 0; round < 10; round++) {
    const directory = join(scratch, `race-${round}`);
    const versions = [3, 9, 1, 7, 5, 2, 8].map((version) => (version * (round + 2)) % 11);
    await Promise.all(
      versions.map((version) => new DirectoryState(directory, '/a').save(metadata(version, `${version}`))),
    );
    const newest = Math.max(...versions);
    assert.deepEqual(await new DirectoryState(directory, '/a').load(), metadata(newest, `${newest}`));
    assert.equal((await readdir(directory)).length, 1, 'no lock is left');
  }
});

test('a state that others can write to is refused: it holds the trusted root', async () => {
  const directory = join(scratch, 'open-state');
  const state = new DirectoryState(directory, '/a');
  await state.save(metadata(1));
  await chmod(directory, 0o777);
  await assert.rejects(state.load(), codeIs('storage'));
});

test('a damaged state is an error that names the file, not a fresh start', async () => {
  const directory = join(scratch, 'damaged');
  const state = new DirectoryState(directory, '/a');
  await state.save(metadata(1));
  const [file = ''] = await readdir(directory);
  await writeFile(join(directory, file), '{"format": "depotcast-state/1"');
  await assert.rejects(
    state.load(),
    (error) => codeIs('bad-format')(error) && (error as Error).message.includes(file),
  );
});

test('root keeps things below /var, users below their home, a job without a home nowhere', () => {
  assert.deepEqual(nodeDirectories({ HOME: '/root' }, 0), {
    cache: '/var/cache/depotcast',
    state: '/var/lib/depotcast',
  });
  assert.deepEqual(nodeDirectories({ HOME: '/h' }, 1000), {
    cache: '/h/.cache/depotcast',
    state: '/h/.local/state/depotcast',
  });
  assert.deepEqual(nodeDirectories({ HOME: '/h', XDG_CACHE_HOME: '/c' }, 1000).cache, '/c/depotcast');
  assert.deepEqual(nodeDirectories({}, 1000), {});
  assert.deepEqual(nodeDirectories({ HOME: '', XDG_CACHE_HOME: 'relative' }, 1000), {});
});

test('--repo tells a mounted tree from a repository, and neither from nothing', async () => {
  const [tree, repo, nothing] = ['tree', 'repo', 'nothing'].map((name) => join(scratch, name));
  await mkdir(join(tree ?? '', 'layers'), { recursive: true });
  await mkdir(join(repo ?? '', '.depot/tuf'), { recursive: true });
  assert.equal((await locate(tree ?? '')).kind, 'tree');
  assert.equal((await locate(repo ?? '')).kind, 'repository');
  assert.equal((await locate('https://julia.example.org')).kind, 'repository');
  await assert.rejects(locate(nothing ?? ''), codeIs('not-found'));
});

const template = parseRelease(golden('release.json'), 'release.json');
const location = { kind: 'repository' as const, source: openSource(scratch) };

test('layers go to the folder asked for, else to the cache asked for, a prefix that can be written, the usual cache', async () => {
  const [into, prefix, cache] = [join(scratch, 'into'), join(scratch, 'prefix'), join(scratch, 'cache')];
  const release = { ...template, prefix };
  const below = new RegExp(`^${cache}/[0-9a-f]{32}$`);
  assert.match(await chooseTreeRoot(location, release, [], { defaultCache: cache }), below);
  await mkdir(prefix);
  assert.equal(await chooseTreeRoot(location, release, [], { defaultCache: cache }), prefix);
  assert.match(await chooseTreeRoot(location, release, [], { cache }), below);
  assert.equal(await chooseTreeRoot(location, release, [], { cache, into: `${into}/` }), into);
});

test('a prefix that others can write to is passed over for the cache', async () => {
  const [prefix, cache] = [join(scratch, 'shared-prefix'), join(scratch, 'own-cache')];
  await mkdir(prefix);
  await chmod(prefix, 0o775);
  const root = await chooseTreeRoot(location, { ...template, prefix }, [], { defaultCache: cache });
  assert.ok(root.startsWith(`${cache}/`));
});

test('a mounted tree is used where it is, and nowhere else', async () => {
  const mounted = { kind: 'tree' as const, source: location.source, root: '/mnt' };
  assert.equal(await chooseTreeRoot(mounted, template, [], {}), '/mnt');
  await assert.rejects(chooseTreeRoot(mounted, template, [], { into: scratch }), codeIs('usage'));
});

test('a folder whose name would take a path list apart is refused', async () => {
  for (const name of ['a b', 'a:b']) {
    await assert.rejects(
      chooseTreeRoot(location, template, [], { into: join(scratch, name) }),
      codeIs('storage'),
    );
  }
});

test('a job with nowhere to unpack is told what to name', async () => {
  await assert.rejects(
    chooseTreeRoot(location, { ...template, prefix: '/nonexistent/prefix' }, [], {}),
    (error) => codeIs('storage')(error) && (error as DepotError).hint?.includes('--cache') === true,
  );
});

test('a cache that others can write to is refused: layers there could be swapped', async () => {
  const into = join(scratch, 'open');
  await mkdir(into);
  await chmod(into, 0o777);
  await assert.rejects(chooseTreeRoot(location, template, [], { into }), codeIs('storage'));
});
