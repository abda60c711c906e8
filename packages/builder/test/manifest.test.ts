import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  digestOf,
  type Listing,
  parseManifest,
  parseRelativePath,
  treeDigestOf,
} from '@depotcast/hydrator/format';
import { describePackages } from '../src/environment/describe-packages.js';
import { inLoadOrder } from '../src/environment/manifest-order.js';
import { rewritePaths } from '../src/environment/rewrite-paths.js';

const OLD = `# This file is machine-generated - editing it directly is not advised

[[B]]
deps = ["A", "Printf"]
path = "packages/B"
uuid = "22222222-2222-2222-2222-222222222222"
version = "0.1.0"

[[A]]
path = "../A"
uuid = "11111111-1111-1111-1111-111111111111"

[[C]]
deps = ["B"]
git-tree-sha1 = "0123456789012345678901234567890123456789"
uuid = "33333333-3333-3333-3333-333333333333"
version = "1.2.3"

[[Printf]]
uuid = "de0858da-6303-5e67-8744-51eddeeeb8d7"
`;
const NEW = `julia_version = "1.10.8"
manifest_format = "2.0"
project_hash = "0"

${OLD.replaceAll('[[', '[[deps.')}`;

for (const [format, text] of [
  ['old', OLD],
  ['2.0', NEW],
] as const) {
  test(`a Manifest of format ${format} gives names, origins and dependencies`, () => {
    const { entries } = parseManifest(text, 'Manifest.toml');
    assert.deepEqual(
      entries.map(({ name, origin }) => [name, origin.kind]),
      [
        ['B', 'path'],
        ['A', 'path'],
        ['C', 'installed'],
        ['Printf', 'stdlib'],
      ],
    );
    assert.deepEqual(entries[0]?.deps, ['A', 'Printf']);
  });

  test(`paths of a Manifest of format ${format} are exchanged, and nothing else`, () => {
    const rewritten = rewritePaths(
      text,
      new Map([
        ['B', '../../dev/B'],
        ['A', '../../dev/A'],
      ]),
    );
    assert.equal(rewritten, text.replace('"packages/B"', '"../../dev/B"').replace('"../A"', '"../../dev/A"'));
  });
}

test('packages are loaded after those that they depend on', () => {
  const names = inLoadOrder(parseManifest(OLD, 'Manifest.toml').entries).map(({ name }) => name);
  assert.deepEqual(names, ['A', 'Printf', 'B', 'C']);
});

test('dependencies given as a table are read like those given as names', () => {
  const text = OLD.replace('deps = ["B"]', '').replace(
    '[[Printf]]',
    '    [C.deps]\n    B = "22222222-2222-2222-2222-222222222222"\n\n[[Printf]]',
  );
  assert.deepEqual(parseManifest(text, 'Manifest.toml').entries.find(({ name }) => name === 'C')?.deps, [
    'B',
  ]);
});

test('a TOML file that is no Manifest is refused', () => {
  assert.throws(() => parseManifest('[[A]]\nversion = "1"\n', 'Manifest.toml'), { code: 'bad-spec' });
});

test('packages are told by what their code is, wherever it comes from', () => {
  const file = (path: string) =>
    ({
      type: 'file',
      path: parseRelativePath(path, ''),
      executable: false,
      size: 1,
      sha256: digestOf(path),
    }) as const;
  const listing: Listing = [
    file('dev/A/Project.toml'),
    file('dev/AB/Project.toml'),
    { type: 'directory', path: parseRelativePath('dev/B/src', '') },
    file('dev/B/src/B.jl'),
  ];
  const own = { ...file('dev/A/Project.toml'), path: parseRelativePath('Project.toml', '') };
  const described = describePackages(parseManifest(OLD, 'Manifest.toml').entries, listing);
  assert.deepEqual(
    described.map(({ name, version, tree }) => [name, version, tree]),
    [
      ['A', null, treeDigestOf([own])],
      [
        'B',
        '0.1.0',
        treeDigestOf([
          { type: 'directory', path: parseRelativePath('src', '') },
          { ...file('dev/B/src/B.jl'), path: parseRelativePath('src/B.jl', '') },
        ]),
      ],
      ['C', '1.2.3', '0123456789012345678901234567890123456789'],
      ['Printf', null, null],
    ],
  );
});
