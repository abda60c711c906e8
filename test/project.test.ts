import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Package } from '@depotcast/hydrator/format';
import { writeFakeBundle } from './support/fake-bundle.js';
import { freshNode } from './support/node.js';
import { type Outcome, succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { manifestEntry, packageFiles, writeFiles } from './support/small-build.js';
import { temporaryDirectory } from './support/temporary.js';

const A = '11111111-1111-1111-1111-111111111111';
const B = '22222222-2222-2222-2222-222222222222';

/** A project with two packages beside it: B depends on A. */
const PROJECT = {
  'Project.toml': `[deps]\nB = "${B}"\n[extras]\nA = "${A}"\n`,
  'Manifest.toml': manifestEntry('A', A) + manifestEntry('B', B, ['A']),
  'JuliaLocalPreferences.toml': '[A]\nfast = true\n',
  ...packageFiles('A', A, 'answer = 42'),
  ...packageFiles('B', B, 'using A', { A }),
};

const PACKAGES: readonly Package[] = [
  { name: 'A', uuid: A, version: '1.0.0', tree: 'a'.repeat(64) },
  { name: 'B', uuid: B, version: '1.0.0', tree: 'b'.repeat(64) },
];

test('the environment of a project', async (t) => {
  const scratch = await temporaryDirectory();
  const prefix = join(scratch, 'prefix');
  const repo = await initRepository(scratch, prefix);
  const bundle = join(scratch, 'bundle');
  const sources = Object.fromEntries(
    Object.entries(PROJECT).map(([path, text]) => [
      path.includes('/') ? `dev/${path}` : `environments/jets/${path}`,
      text,
    ]),
  );
  const fake = {
    ...{ prefix, sources, images: { 'x86-64': 'image' } },
    environments: { other: PACKAGES.slice(1), jets: PACKAGES },
  };
  await writeFakeBundle(bundle, fake);
  await publish(repo, bundle, 'release-1');
  await succeed('depot-publish', ['export', repo.path, '--into', prefix]);
  const project = join(scratch, 'project');
  const host = ['--cpuinfo', join(scratch, 'cpuinfo'), '--machine', 'x86_64'];
  await writeFile(join(scratch, 'cpuinfo'), 'flags\t\t: lm\n');
  const explain = async (
    repository: string,
    options: readonly string[] = [],
    { folder = project, channel = 'prod' } = {},
  ): Promise<Outcome> => {
    const node = await freshNode(scratch, ['--repo', repository, '--channel', channel, '--root', repo.root]);
    return node.hydrate('explain', ['--project', folder, ...host, ...options]);
  };
  t.beforeEach(async () => {
    await rm(project, { recursive: true, force: true });
    await writeFiles(project, PROJECT);
  });

  for (const [kind, place] of [
    ['a repository', repo.path],
    ['a mounted tree', prefix],
  ] as const) {
    await t.test(`is found by its Manifest in ${kind}, be it not the first`, async () => {
      const outcome = await explain(place, ['--json']);
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.match(outcome.stdout, /"environment": "jets"/);
    });
  }

  await t.test('with changed code starts nothing: file, dependents and remedy are named', async () => {
    await writeFile(join(project, 'A/src/A.jl'), 'module A\nanswer = 43\nend\n');
    const outcome = await explain(repo.path);
    assert.equal(outcome.code, 5);
    assert.match(
      outcome.stderr,
      /no environment of release release-1 is as this project; jets comes nearest:/,
    );
    assert.match(outcome.stderr, /^ {2}A: differs in src\/A\.jl\nwould be compiled again: A, B$/m);
    assert.match(outcome.stderr, /^ {2}environment other: 2 packages differ$/m);
    assert.match(outcome.stderr, /^hint: have the project published/m);
  });

  await t.test('with other preferences neither, and JSON says what differs', async () => {
    await writeFile(join(project, 'JuliaLocalPreferences.toml'), '[A]\nfast = false\n');
    const outcome = await explain(prefix, ['--json', '--environment', 'jets']);
    assert.equal(outcome.code, 5);
    assert.deepEqual(JSON.parse(outcome.stdout), {
      folder: project,
      manifest: join(project, 'Manifest.toml'),
      environment: null,
      comparisons: [
        {
          environment: 'jets',
          otherJulia: null,
          differences: [
            {
              ...{ name: 'A', uuid: A, kind: 'preferences', here: 'fast=false', published: 'fast=true' },
              files: [],
            },
          ],
          recompiled: ['A', 'B'],
          surplus: [],
        },
      ],
    });
  });

  await t.test('with more packages than the release says how they go on top', async () => {
    const more = manifestEntry('C', '33333333-3333-3333-3333-333333333333', ['B']);
    await writeFile(join(project, 'Manifest.toml'), PROJECT['Manifest.toml'] + more);
    const outcome = await explain(repo.path);
    assert.equal(outcome.code, 5);
    assert.match(outcome.stderr, /^ {2}C: is not in the release\nwould be compiled again: C$/m);
    assert.match(outcome.stderr, /^hint: all else is as published: .*push!\(LOAD_PATH, "/m);
  });

  await t.test("in a workspace is found by the workspace's Manifest and preferences", async () => {
    const { 'Manifest.toml': manifest, 'JuliaLocalPreferences.toml': preferences, ...members } = PROJECT;
    const uuidOfC = '33333333-3333-3333-3333-333333333333';
    await rm(project, { recursive: true });
    await writeFiles(project, {
      ...Object.fromEntries(Object.entries(members).map(([path, text]) => [`lib/${path}`, text])),
      'JuliaProject.toml': `[workspace]\nprojects = ["lib"]\n[deps]\nA = "${A}"\nC = "${uuidOfC}"\n`,
      'Manifest-v1.12.toml':
        manifest.replaceAll('path = "', 'path = "lib/') + manifestEntry('C', uuidOfC, ['B']),
      'LocalPreferences.toml': preferences,
    });
    const newer = join(scratch, 'newer');
    await writeFakeBundle(newer, { ...fake, juliaVersion: '1.12.4' });
    await publish(repo, newer, 'release-2', 'next');
    const place = { folder: join(project, 'lib'), channel: 'next' };
    const outcome = await explain(repo.path, ['--json'], place);
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.match(outcome.stdout, /"environment": "jets"/);
    await rm(join(project, 'LocalPreferences.toml'));
    const other = await explain(repo.path, [], place);
    assert.equal(other.code, 5);
    assert.match(other.stderr, /^ {2}A: prefers nothing here, fast=true in the release$/m);
  });
});
