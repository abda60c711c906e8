import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { planSources } from '../src/environment/plan-sources.js';
import { readEnvironment } from '../src/environment/read.js';
import { verifyInstalled } from '../src/environment/verify-installed.js';
import { type EnvironmentFiles, verifyManifest } from '../src/environment/verify.js';
import { withTemporary, writeFiles } from './temporary.js';

const A = '11111111-1111-1111-1111-111111111111';
const B = '22222222-2222-2222-2222-222222222222';

const FILES = {
  'Project.toml': `[deps]\nA = "${A}"\n`,
  'Manifest.toml': `[[A]]\ndeps = ["B"]\npath = "A"\nuuid = "${A}"\nversion = "0.1.0"\n\n[[B]]\ngit-tree-sha1 = "0"\nuuid = "${B}"\n`,
  'A/Project.toml': `name = "A"\nuuid = "${A}"\nversion = "0.1.0"\n\n[deps]\nB = "${B}"\n`,
};

/** Problems of an environment with some files changed, as `line key: message`. */
async function problemsWith(changes: Readonly<Record<string, string>>): Promise<string[]> {
  return withFiles({ ...FILES, ...changes }, (files) =>
    verifyManifest(files).map(({ line, key, message }) => `${line ?? '-'} ${key}: ${message}`),
  );
}

async function withFiles<T>(
  content: Readonly<Record<string, string>>,
  action: (files: EnvironmentFiles) => T,
): Promise<T> {
  return withTemporary(async (folder) => {
    await writeFiles(folder, content);
    const read = await readEnvironment(folder, '1.10.8');
    assert.ok('files' in read);
    return action(read.files);
  });
}

test('an environment whose files agree has no problems', async () => {
  assert.deepEqual(await problemsWith({}), []);
});

test('a dependency that is a weak one too may be in the Manifest or not, as the Julia that wrote it knew weak ones or not', async () => {
  const project = `${FILES['A/Project.toml']}\n[weakdeps]\nB = "${B}"\n`;
  assert.deepEqual(await problemsWith({ 'A/Project.toml': project }), []);
  const without = FILES['Manifest.toml'].replace('deps = ["B"]\n', '');
  assert.deepEqual(await problemsWith({ 'A/Project.toml': project, 'Manifest.toml': without }), []);
});

test('the Manifest that a project names, and JuliaProject.toml, are taken; the published project stands beside its own', async () => {
  await withTemporary(async (folder) => {
    const { 'Project.toml': project, 'Manifest.toml': manifest, ...packages } = FILES;
    await writeFiles(folder, {
      ...packages,
      'env/JuliaProject.toml': `manifest = "../Julia.toml"\n${project}`,
      'env/Project.toml': '',
      'Julia.toml': manifest,
    });
    const read = await readEnvironment(join(folder, 'env'), '1.10.8');
    assert.ok('files' in read);
    assert.deepEqual(verifyManifest(read.files), []);
    const { texts, folders } = planSources('env', read.files, { installed: new Map(), ...read });
    assert.deepEqual(folders, [{ from: join(folder, 'A'), to: 'dev/A' }]);
    assert.deepEqual(
      texts.map(({ to }) => to),
      ['environments/env/Manifest.toml', 'environments/env/Project.toml'],
    );
    assert.match(texts[0]?.text ?? '', /path = "\.\.\/\.\.\/dev\/A"/);
    assert.doesNotMatch(texts[1]?.text ?? '', /manifest/);
  });
});

const DRIFTS: readonly [string, Readonly<Record<string, string>>, string][] = [
  [
    'a dependency that is not in the Manifest',
    { 'Project.toml': `${FILES['Project.toml']}New = "${B}"\n` },
    '3 New: is not in the Manifest',
  ],
  [
    'a dependency with another uuid',
    { 'Project.toml': `[deps]\nA = "${B}"\n` },
    '2 A: has another uuid in the Manifest',
  ],
  [
    'a package with another version',
    { 'A/Project.toml': FILES['A/Project.toml'].replace('0.1.0', '0.2.0') },
    "1 A: version: its Project.toml says '0.2.0', the Manifest says '0.1.0'",
  ],
  [
    'a package with other dependencies',
    { 'A/Project.toml': FILES['A/Project.toml'].replace(`B = "${B}"\n`, '') },
    "1 A: dependencies: its Project.toml says '', the Manifest says 'B'",
  ],
  [
    'a package that is not there',
    { 'Manifest.toml': FILES['Manifest.toml'].replace('"A"\nuuid', '"elsewhere"\nuuid') },
    "1 A: there is no package at 'elsewhere'",
  ],
];

for (const [name, changes, expected] of DRIFTS) {
  test(`${name} is a problem`, async () => {
    assert.deepEqual(await problemsWith(changes), [expected]);
  });
}

test('a package that is not installed is a problem, an installed one is not', async () => {
  const check = (installed: ReadonlyMap<string, string>) =>
    withFiles(FILES, (files) => verifyInstalled(files, installed).map(({ line, key }) => [line, key]));
  assert.deepEqual(await check(new Map()), [[7, 'B']]);
  assert.deepEqual(await check(new Map([['B', '/depot/packages/B/xyz']])), []);
});

test('a missing Manifest is a problem, with the command that makes one', async () => {
  await withTemporary(async (folder) => {
    await writeFiles(folder, { 'Project.toml': '' });
    const read = await readEnvironment(folder, '1.10.8');
    assert.ok('problem' in read);
    assert.equal(read.problem.file, join(folder, 'Project.toml'));
    assert.match(read.problem.remedy, /Pkg\.resolve\(\)/);
  });
});
