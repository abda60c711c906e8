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

const metadata = (text: string) => {
  const bytes = Buffer.from(text);
  return { root: bytes, timestamp: bytes, snapshot: bytes, targets: bytes };
};
const codeIs = (code: string) => (error: unknown) => error instanceof DepotError && error.code === code;

test('what was saved is loaded to the byte, for each location apart', async () => {
  const directory = join(scratch, 'state');
  const [a, b] = [new DirectoryState(directory, '/a'), new DirectoryState(directory, 'https://b')];
  assert.equal(await a.load(), undefined);
  await a.save(metadata('{"a": "ü\\n"}'));
  await b.save(metadata('b'));
  assert.deepEqual(await a.load(), metadata('{"a": "ü\\n"}'));
  assert.equal((await readdir(directory)).length, 2, 'no temporary file is left');
});

test('jobs that save at once leave one whole state', async () => {
  const state = new DirectoryState(join(scratch, 'shared'), '/a');
  await Promise.all(['x', 'yy', 'zzz'].map((text) => state.save(metadata(text.repeat(10_000)))));
  const saved = await state.load();
  assert.ok(['x', 'yy', 'zzz'].some((text) => saved?.targets?.toString() === text.repeat(10_000)));
});

test('a damaged state is an error that names the file, not a fresh start', async () => {
  const directory = join(scratch, 'damaged');
  const state = new DirectoryState(directory, '/a');
  await state.save(metadata('x'));
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

test('layers go to the folder asked for, else to a prefix that can be written, else to the cache', async () => {
  const [into, prefix, cache] = [join(scratch, 'into'), join(scratch, 'prefix'), join(scratch, 'cache')];
  const release = { ...template, prefix };
  assert.match(await chooseTreeRoot(location, release, { cache }), new RegExp(`^${cache}/[0-9a-f]{32}$`));
  await mkdir(prefix);
  assert.equal(await chooseTreeRoot(location, release, { cache }), prefix);
  assert.equal(await chooseTreeRoot(location, release, { cache, into }), into);
  assert.equal(
    await chooseTreeRoot({ kind: 'tree', source: location.source, root: '/mnt' }, release, { into }),
    '/mnt',
  );
});

test('a job with nowhere to unpack is told what to name', async () => {
  await assert.rejects(
    chooseTreeRoot(location, { ...template, prefix: '/nonexistent/prefix' }, {}),
    (error) => codeIs('storage')(error) && (error as DepotError).hint?.includes('--cache') === true,
  );
});

test('a cache that others can write to is refused: layers there could be swapped', async () => {
  const into = join(scratch, 'open');
  await mkdir(into);
  await chmod(into, 0o777);
  await assert.rejects(chooseTreeRoot(location, template, { into }), codeIs('storage'));
});
