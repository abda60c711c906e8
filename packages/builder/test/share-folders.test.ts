import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparePaths, digestOf, type ListingEntry, parseRelativePath } from '@depotcast/hydrator/format';
import fc from 'fast-check';
import type { ListedSources } from '../src/environment/list-sources.js';
import { type SharedFolders, shareFolders } from '../src/environment/share-folders.js';

const FOLDER = /^packages\/[^/]+\/[^/]+$/;

/** A tree of files by path, with the directories above them. */
function contentOf(files: Readonly<Record<string, string>>): ListedSources {
  const entries = new Map<string, ListingEntry>();
  for (const [name, text] of Object.entries(files)) {
    const path = parseRelativePath(name, 'test');
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const parent = parseRelativePath(parts.slice(0, depth).join('/'), 'test');
      entries.set(parent, { type: 'directory', path: parent });
    }
    entries.set(path, { type: 'file', path, executable: false, size: text.length, sha256: digestOf(text) });
  }
  const listing = [...entries.values()].sort((a, b) => comparePaths(a.path, b.path));
  return { listing, files: new Map(), texts: new Map(Object.entries(files)) };
}

const pathsOf = ({ listing }: ListedSources): string[] => listing.map(({ path }) => path);
const filesOf = ({ listing }: ListedSources): string[] =>
  listing.filter(({ type }) => type === 'file').map(({ path }) => path);

function share(environments: Readonly<Record<string, Readonly<Record<string, string>>>>): SharedFolders[] {
  const contents = Object.entries(environments).map(([environment, files]) => ({
    environment,
    content: contentOf(files),
  }));
  return shareFolders(contents, FOLDER);
}

test('what two environments have is taken out of both, what one has stays with it, and so do two versions of a package', () => {
  const [a, b] = share({
    a: { 'environments/a/Project.toml': '', 'packages/X/one/X.jl': 'x', 'packages/Y/one/Y.jl': 'y' },
    b: { 'environments/b/Project.toml': '', 'packages/X/one/X.jl': 'x', 'packages/Y/two/Y.jl': 'Y' },
  });
  assert.deepEqual(
    ...([a, b].map((each) => each?.shared.map(({ content }) => content.listing)) as [unknown, unknown]),
  );
  assert.deepEqual(
    a?.shared.map(({ environments, content }) => [environments, pathsOf(content)]),
    [
      [
        ['a', 'b'],
        ['packages', 'packages/X', 'packages/X/one', 'packages/X/one/X.jl'],
      ],
    ],
  );
  assert.deepEqual(pathsOf(a.own).slice(-4), [
    'packages',
    'packages/Y',
    'packages/Y/one',
    'packages/Y/one/Y.jl',
  ]);
  assert.ok(!pathsOf(a.own).includes('packages/X'));
});

test('folders at one path with other bytes are not shared', () => {
  const [a, b] = share({ a: { 'packages/X/one/X.jl': '1' }, b: { 'packages/X/one/X.jl': '2' } });
  assert.deepEqual([a?.shared, b?.shared], [[], []]);
});

test('an environment alone keeps all, empty folders included', () => {
  const empty: ListingEntry = { type: 'directory', path: parseRelativePath('packages/X/one/data', 'test') };
  const content = contentOf({ 'packages/X/one/X.jl': '' });
  const whole = { ...content, listing: [...content.listing, empty] };
  const [alone] = shareFolders([{ environment: 'a', content: whole }], FOLDER);
  assert.deepEqual(alone, { own: whole, shared: [] });
  const [, both] = shareFolders(
    ['a', 'b'].map((environment) => ({ environment, content: whole })),
    FOLDER,
  );
  assert.ok(both?.shared[0]?.content.listing.some(({ path }) => path === empty.path));
});

const versions = fc.dictionary(fc.constantFrom('X', 'Y', 'Z', 'W'), fc.constantFrom('one', 'two'));
const environments = fc.array(versions, { minLength: 1, maxLength: 4 });
const treesOf = (all: readonly Readonly<Record<string, string>>[]) =>
  share(
    Object.fromEntries(
      all.map((packages, index) => [
        `e${index}`,
        {
          [`environments/e${index}/Project.toml`]: '',
          ...Object.fromEntries(
            Object.entries(packages).map(([name, slug]) => [`packages/${name}/${slug}/src.jl`, slug]),
          ),
        },
      ]),
    ),
  );

test('whatever environments have, each gets just its own, and nothing is kept twice', () => {
  fc.assert(
    fc.property(environments, (all) => {
      const split = treesOf(all);
      split.forEach(({ own, shared }, index) => {
        const expected = Object.entries(all[index] ?? {}).map(
          ([name, slug]) => `packages/${name}/${slug}/src.jl`,
        );
        const got = [own, ...shared.map(({ content }) => content)].flatMap(filesOf);
        assert.deepEqual(got.sort(), [`environments/e${index}/Project.toml`, ...expected].sort());
      });
      const kept = [
        ...split.flatMap(({ own }) => filesOf(own)),
        ...new Set(
          split.flatMap(({ shared }) =>
            shared.flatMap(({ environments: having, content }) =>
              filesOf(content).map((path) => `${having.join()} ${path}`),
            ),
          ),
        ),
      ].map((entry) => entry.split(' ').at(-1));
      assert.equal(new Set(kept).size, kept.length);
    }),
  );
});

test('a change of what one environment has for itself leaves all others as they are', () => {
  fc.assert(
    fc.property(environments, (all) => {
      const before = treesOf([...all, { V: 'one' }]);
      const after = treesOf([...all, { V: 'two' }]);
      assert.deepEqual(after.slice(0, -1), before.slice(0, -1));
    }),
  );
});
