import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import {
  DepotError,
  digestOf,
  type Listing,
  mergePreferences,
  type Package,
  parseManifest,
  parsePreferences,
  parseRelativePath,
  parseRelease,
  requireProject,
} from '../src/format/index.js';
import { compareFolder } from '../src/project/compare-folder.js';
import { compareProject, fits } from '../src/project/compare-project.js';
import { packageFolder, readUserProject } from '../src/project/read-project.js';
import type { PublishedProject } from '../src/project/read-published.js';
import { golden } from './golden.js';

const scratch = await mkdtemp(join(tmpdir(), 'project-'));
after(() => rm(scratch, { recursive: true }));

const uuid = (digit: number): string => `${String(digit).repeat(8)}-1111-1111-1111-111111111111`;
const tree = 'a'.repeat(40);
const folderTree = 'f'.repeat(64);

/** A depends on B, B on the folder C and on a standard library. */
const MANIFEST = `
julia_version = "1.10.8"
manifest_format = "2.0"

[[deps.A]]
deps = ["B"]
git-tree-sha1 = "${tree}"
uuid = "${uuid(1)}"
version = "1.0.0"

    [deps.A.extensions]
    Ext = ["Other"]

[[deps.B]]
git-tree-sha1 = "${tree}"
uuid = "${uuid(2)}"
version = "1.0.0"

    [deps.B.deps]
    C = "${uuid(3)}"
    Printf = "${uuid(4)}"

[[deps.C]]
path = "packages/C"
uuid = "${uuid(3)}"

[[deps.Printf]]
uuid = "${uuid(4)}"
version = "1.11.0"
`;

const PUBLISHED: readonly Package[] = [
  { name: 'A', uuid: uuid(1), version: '1.0.0', tree },
  { name: 'B', uuid: uuid(2), version: '1.0.0', tree },
  { name: 'C', uuid: uuid(3), version: null, tree: folderTree },
  { name: 'Printf', uuid: uuid(4), version: null, tree: null },
];

const [environment] = parseRelease(golden('release.json'), 'release.json').environments;
assert.ok(environment);
const { sources, project } = environment;

/** The environment as a release has it, but for some changes. */
function published({
  packages = PUBLISHED,
  ...changes
}: Partial<PublishedProject> & { readonly packages?: readonly Package[] } = {}): PublishedProject {
  return {
    environment: { name: 'jets', sources, shared: [], project, packages: [...packages] },
    juliaVersions: ['1.10.4'],
    direct: new Set(['A']),
    preferences: {},
    listing: [],
    ...changes,
  };
}

const user = {
  project: requireProject(`[deps]\nA = "${uuid(1)}"\n`, 'Project.toml'),
  manifest: parseManifest(MANIFEST, 'Manifest.toml'),
  preferences: {},
  ownPackage: undefined,
};

test('a Manifest of either format is read', () => {
  assert.deepEqual(
    user.manifest.entries.map(({ name, deps }) => [name, deps]),
    [
      ['A', ['B']],
      ['B', ['C', 'Printf']],
      ['C', []],
      ['Printf', []],
    ],
  );
  const old = MANIFEST.replaceAll('deps.', '').replace(/^julia_version.*\nmanifest_format.*$/m, '');
  const entries = parseManifest(old, 'Manifest.toml');
  assert.deepEqual(entries, { ...user.manifest, juliaVersion: undefined });
});

test('an entry that Pkg would not write is refused with its place', () => {
  assert.throws(
    () => parseManifest('[[A]]\nuuid = 7\n', 'Manifest.toml'),
    (error) =>
      error instanceof DepotError &&
      error.message.startsWith('Manifest.toml: not a Manifest, see deps.A.0.uuid'),
  );
});

test('the same packages fit, whatever version a Manifest notes of the standard library', () => {
  const comparison = compareProject(user, published(), new Map());
  assert.deepEqual(comparison, {
    ...{ environment: 'jets', otherJulia: null },
    ...{ differences: [], recompiled: [], surplus: [] },
  });
});

test('what only the release has does no harm, and is named', () => {
  const more = { name: 'Z', uuid: uuid(9), version: '1.0.0', tree };
  const comparison = compareProject(user, published({ packages: [...PUBLISHED, more] }), new Map());
  assert.ok(fits(comparison));
  assert.deepEqual(comparison.surplus, ['Z']);
});

const without = (name: string): Package[] => PUBLISHED.filter((item) => item.name !== name);
const changed = (name: string, change: Partial<Package>): Package[] =>
  PUBLISHED.map((item) => (item.name === name ? { ...item, ...change } : item));
const B_PREFERS = parsePreferences('[B]\nfast = true\n', 'LocalPreferences.toml');
const DIFFERENCES: readonly {
  readonly what: string;
  readonly release: Parameters<typeof published>[0];
  /** Kind and name of the one difference. */
  readonly found: readonly [string, string];
  readonly recompiled: readonly string[];
}[] = [
  {
    what: 'a package that the release lacks',
    release: { packages: without('B') },
    found: ['missing', 'B'],
    recompiled: ['A', 'B'],
  },
  {
    what: 'another version',
    release: { packages: changed('A', { version: '1.0.1' }) },
    found: ['version', 'A'],
    recompiled: ['A'],
  },
  {
    what: 'other code of one version',
    release: { packages: changed('B', { tree: 'b'.repeat(40) }) },
    found: ['tree', 'B'],
    recompiled: ['A', 'B'],
  },
  {
    what: 'a folder that was an installed package when published',
    release: { packages: changed('C', { tree }) },
    found: ['tree', 'C'],
    recompiled: ['A', 'B', 'C'],
  },
  {
    what: 'preferences of a package',
    release: { preferences: B_PREFERS },
    found: ['preferences', 'B'],
    recompiled: ['A', 'B'],
  },
  {
    what: 'a package that jobs cannot load by name',
    release: { direct: new Set() },
    found: ['indirect', 'A'],
    recompiled: [],
  },
];
for (const { what, release, found, recompiled } of DIFFERENCES) {
  test(`does not fit: ${what}; its dependents would be compiled again`, () => {
    const comparison = compareProject(user, published(release), new Map());
    assert.ok(!fits(comparison));
    assert.deepEqual(
      comparison.differences.map(({ kind, name }) => [kind, name]),
      [found],
    );
    assert.deepEqual(comparison.recompiled, recompiled);
  });
}

test('files that differ in a folder count, and in the project’s own where it is a package', () => {
  const differing = new Map([[uuid(3), ['src/C.jl']]]);
  const [difference] = compareProject(user, published(), differing).differences;
  assert.deepEqual([difference?.kind, difference?.files], ['files', ['src/C.jl']]);
  const own = { ...user, ownPackage: { name: 'Own', uuid: uuid(8) } };
  const direct = new Set(['A', 'Own']);
  assert.ok(fits(compareProject(own, published({ direct }), new Map([[uuid(8), []]]))));
  const edited = compareProject(own, published({ direct }), differing);
  assert.deepEqual(edited.recompiled, ['A', 'B', 'C', 'Own']);
});

test('another minor version of Julia fits nothing, another patch does', () => {
  const comparison = compareProject(user, published({ juliaVersions: ['1.11.2'] }), new Map());
  assert.equal(comparison.otherJulia, '1.11.2');
  assert.ok(!fits(comparison));
  assert.deepEqual(comparison.recompiled, ['A', 'B', 'C', 'Printf']);
});

test('a local preference goes before the project’s, key by key', () => {
  const project = requireProject('[preferences.B]\nfast = false\nsize = 3\n', 'Project.toml').preferences;
  const local = parsePreferences('[B]\nfast = true\n', 'LocalPreferences.toml');
  assert.deepEqual(
    mergePreferences(project, local),
    parsePreferences('[B]\nfast = true\nsize = 3\n', 'LocalPreferences.toml'),
  );
});

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const listing: Listing = ['README.md', 'src/C.jl', 'src/gone.jl'].map((path) => ({
  ...{ type: 'file', path: parseRelativePath(path, ''), executable: false },
  ...{ size: path.length, sha256: digestOf(path) },
}));

test('a folder differs where a published file has changed or gone, or where code may be loaded from a new one', async () => {
  const same = { 'README.md': 'README.md', 'src/C.jl': 'src/C.jl', 'src/gone.jl': 'src/gone.jl' };
  const folder = await writeFiles(join(scratch, 'same'), { ...same, 'test/new.jl': '', 'src/notes.txt': '' });
  assert.deepEqual(await compareFolder(folder, listing), []);
  const other = await writeFiles(join(scratch, 'other'), {
    ...{ 'README.md': 'README.me', 'src/C.jl': 'src/C.jl', 'ext/New.jl': '' },
  });
  assert.deepEqual(await compareFolder(other, listing), ['README.md', 'ext/New.jl', 'src/gone.jl']);
});

test("a project of a workspace is read with the workspace's Manifest, as far as it needs what is in it", async () => {
  const folder = await writeFiles(join(scratch, 'workspace'), {
    'Project.toml': '[workspace]\nprojects = ["jobs"]\n',
    'Manifest.toml': `${MANIFEST}[[deps.Other]]\nuuid = "${uuid(9)}"\n`,
    'jobs/JuliaProject.toml': `name = "Own"\nuuid = "${uuid(8)}"\n[deps]\nA = "${uuid(1)}"\n`,
    'jobs/src/Own.jl': '',
  });
  const read = await readUserProject(join(folder, 'jobs'), '1.12.2');
  assert.equal(read.manifestFile, join(folder, 'Manifest.toml'));
  assert.equal(packageFolder(read, 'packages/C'), join(folder, 'packages/C'));
  assert.deepEqual(read.ownPackage, { name: 'Own', uuid: uuid(8) });
  const direct = new Set(['A', 'Own']);
  const comparison = compareProject(read, published({ direct, juliaVersions: ['1.10.4'] }), new Map());
  assert.deepEqual(comparison.differences, []);
});

test('a folder without Project or Manifest is told apart, with the remedy', async () => {
  const empty = await writeFiles(join(scratch, 'empty'), { 'notes.txt': '' });
  await assert.rejects(readUserProject(empty, '1.10.8'), {
    code: 'not-found',
    message: /no Project\.toml there/,
  });
  const half = await writeFiles(join(scratch, 'half'), { 'Project.toml': '' });
  await assert.rejects(readUserProject(half, '1.10.8'), {
    code: 'not-found',
    message: /Project\.toml: the project has no Manifest for Julia 1\.10\.8/,
  });
});
