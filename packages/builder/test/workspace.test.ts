import assert from 'node:assert/strict';
import { heededPreferences, parsePreferences, requireProject } from '@depotcast/hydrator/format';
import { join } from 'node:path';
import { test } from 'node:test';
import { planSources } from '../src/environment/plan-sources.js';
import { readEnvironment } from '../src/environment/read.js';
import { verifyManifest } from '../src/environment/verify.js';
import { withTemporary, writeFiles } from './temporary.js';

const ROOT = '11111111-1111-1111-1111-111111111111';
const B = '22222222-2222-2222-2222-222222222222';
const C = '33333333-3333-3333-3333-333333333333';

/** A package whose folder is a workspace as well, with a project in it that uses the package. */
const FILES = {
  'Project.toml': `name = "Root"\nuuid = "${ROOT}"\n[deps]\nB = "${B}"\n[workspace]\nprojects = ["jobs", "docs"]\n`,
  'Manifest.toml': `manifest_format = "2.1"

[[deps.B]]
path = "lib/B"
uuid = "${B}"

[[deps.C]]
path = "lib/C"
uuid = "${C}"

[[deps.Root]]
deps = ["B"]
path = "."
uuid = "${ROOT}"
`,
  'src/Root.jl': 'module Root end\n',
  'Artifacts.toml': '',
  'results/big.dat': 'not for the farm\n',
  'lib/B/Project.toml': `name = "B"\nuuid = "${B}"\n`,
  'lib/C/Project.toml': `name = "C"\nuuid = "${C}"\n`,
  'jobs/Project.toml': `[deps]\nRoot = "${ROOT}"\n`,
  'docs/Project.toml': `[deps]\nC = "${C}"\n`,
  'alone/Project.toml': '',
};

const withWorkspace = (action: (folder: string) => Promise<void>): Promise<void> =>
  withTemporary(async (folder) => {
    await writeFiles(folder, FILES);
    await action(folder);
  });

test("a project of a workspace has the workspace's Manifest, as far as it needs what is in it", async () => {
  await withWorkspace(async (folder) => {
    for (const [project, needed] of [
      ['jobs', ['B', 'Root']],
      ['docs', ['C']],
    ] as const) {
      const read = await readEnvironment(join(folder, project), '1.12.0');
      assert.ok('files' in read);
      assert.equal(read.files.manifestFile, join(folder, 'Manifest.toml'));
      assert.deepEqual(
        read.files.manifest.map(({ name }) => name),
        needed,
      );
      assert.deepEqual(verifyManifest(read.files), []);
    }
  });
});

test('what a project of a workspace consists of stands below its own layer, the package around it without the rest of its folder', async () => {
  await withWorkspace(async (folder) => {
    const read = await readEnvironment(join(folder, 'jobs'), '1.12.0');
    assert.ok('files' in read);
    const { folders, texts } = planSources('jobs', read.files, { installed: new Map(), ...read });
    assert.deepEqual(folders, [
      { from: join(folder, 'lib/B'), to: 'dev/B' },
      { from: join(folder, 'src'), to: 'dev/Root/src' },
      { from: join(folder, 'lib'), to: 'dev/Root/lib' },
    ]);
    assert.deepEqual(
      texts.map(({ to }) => to),
      [
        'environments/jobs/Manifest.toml',
        'environments/jobs/Project.toml',
        'dev/Root/Project.toml',
        'dev/Root/Artifacts.toml',
      ],
    );
    assert.match(texts[0]?.text ?? '', /path = "\.\.\/\.\.\/dev\/Root"/);
  });
});

test('the project that a workspace begins with is an environment of its own; its package is not among those it depends on', async () => {
  await withWorkspace(async (folder) => {
    const read = await readEnvironment(folder, '1.12.0');
    assert.ok('files' in read);
    assert.deepEqual(read.files.ownPackage, { name: 'Root', uuid: ROOT });
    assert.deepEqual(
      read.files.manifest.map(({ name }) => name),
      ['B'],
    );
  });
});

test('a Julia that knows no workspaces needs a Manifest for each project, and the error says why', async () => {
  await withWorkspace(async (folder) => {
    const read = await readEnvironment(join(folder, 'jobs'), '1.11.5');
    assert.ok('problem' in read);
    assert.match(read.problem.message, /Julia 1\.11\.5 does not know that it belongs to the workspace \//);
    assert.match(read.problem.remedy, /Julia 1\.12 or later/);
    const alone = await readEnvironment(join(folder, 'alone'), '1.12.0');
    assert.ok('problem' in alone);
    assert.equal(alone.problem.message, 'the project has no Manifest');
  });
});

test("what a workspace prefers stands among the published project's own preferences, of packages that it names", async () => {
  await withWorkspace(async (folder) => {
    await writeFiles(folder, {
      'LocalPreferences.toml': '[B]\nfast = true\nsize = 1\n',
      'jobs/Project.toml': `manifest = "../Manifest.toml"\n[deps]\nRoot = "${ROOT}"\n`,
      'jobs/JuliaLocalPreferences.toml': '[Root]\nx = 1\n',
    });
    const read = await readEnvironment(join(folder, 'jobs'), '1.12.0');
    assert.ok('files' in read);
    const { texts } = read.own;
    assert.deepEqual([...texts.keys()], ['Project.toml', 'LocalPreferences.toml']);
    const file = 'Project.toml';
    const project = requireProject(texts.get(file) ?? '', file);
    assert.deepEqual(
      heededPreferences(project, parsePreferences(texts.get('LocalPreferences.toml') ?? '', file)),
      { B: { fast: true, size: 1 }, Root: { x: 1 } },
    );
    assert.deepEqual(project.deps, { Root: ROOT });
    assert.equal(project.manifest, undefined);
  });
});
