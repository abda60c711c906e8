import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import {
  findEnvironment,
  type FoundEnvironment,
  type MissingFile,
  type ProjectFiles,
} from '../src/format/index.js';

const A = '11111111-1111-1111-1111-111111111111';
const B = '22222222-2222-2222-2222-222222222222';

/** A file system that holds these texts, and symbolic links to folders. */
function filesOf(
  texts: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): ProjectFiles {
  const follow = (path: string): string => links[path] ?? path;
  return {
    read: (file) => Promise.resolve(texts[file]),
    realFolder: (folder) => {
      const real = follow(folder);
      const isFolder = Object.keys(texts).some((file) => file.startsWith(`${real}/`));
      return Promise.resolve(isFolder ? real : undefined);
    },
    resolve: (folder, path) => posix.resolve(folder, path),
    home: '/home/u',
  };
}

async function found(
  version: string,
  texts: Readonly<Record<string, string>>,
  folder = '/p',
  links?: Readonly<Record<string, string>>,
): Promise<FoundEnvironment> {
  const environment = await findEnvironment(folder, version, filesOf(texts, links));
  assert.ok(!('missing' in environment), 'there is an environment');
  return environment;
}

const NAMES = {
  '/p/Project.toml': '',
  '/p/Manifest.toml': '',
  '/p/JuliaManifest.toml': '',
  '/p/Manifest-v1.10.toml': '',
  '/p/JuliaManifest-v1.11.toml': '',
  '/p/Manifest-v1.11.toml': '',
};
for (const [version, name] of [
  ['1.10.7', 'JuliaManifest.toml'],
  ['1.10.8', 'Manifest-v1.10.toml'],
  ['1.11.0', 'JuliaManifest-v1.11.toml'],
  ['1.12.0', 'JuliaManifest.toml'],
] as const) {
  test(`of several Manifests Julia ${version} takes ${name}`, async () => {
    assert.equal((await found(version, NAMES)).manifestFile, `/p/${name}`);
  });
}

test('JuliaProject.toml goes before Project.toml', async () => {
  const texts = {
    '/p/Project.toml': '',
    '/p/JuliaProject.toml': `[deps]\nA = "${A}"\n`,
    '/p/Manifest.toml': '',
  };
  const { file, project } = await found('1.5.3', texts);
  assert.equal(file, '/p/JuliaProject.toml');
  assert.deepEqual(project.deps, { A });
});

test('the Manifest that a project names goes before the usual names, as long as it is there', async () => {
  const texts = { '/p/Project.toml': 'manifest = "../shared/M.toml"\n', '/p/Manifest-v1.11.toml': '' };
  assert.equal((await found('1.11.2', texts)).manifestFile, '/p/Manifest-v1.11.toml');
  const named = await found('1.11.2', { ...texts, '/shared/M.toml': '' });
  assert.equal(named.manifestFile, '/shared/M.toml');
});

const SHARED = `[[deps.A]]\nuuid = "${A}"\n[[deps.B]]\nuuid = "${B}"\n`;

test('of a Manifest that is shared, what the project needs is its own', async () => {
  const texts = {
    '/p/Project.toml': `manifest = "../shared/M.toml"\n[deps]\nA = "${A}"\n`,
    '/shared/M.toml': `manifest_format = "2.0"\n${SHARED}`,
  };
  const { manifest } = await found('1.10.8', texts);
  assert.deepEqual(
    manifest.entries.map(({ name }) => name),
    ['A'],
  );
});

/** A workspace with a project beside it and one further down, which has a Manifest of its own as well. */
const WORKSPACE = {
  '/w/Project.toml': '[workspace]\nprojects = ["jobs", "lib/deep"]\n',
  '/w/Manifest-v1.12.toml': '',
  '/w/jobs/Project.toml': '',
  '/w/lib/deep/Project.toml': '',
  '/w/lib/deep/Manifest.toml': '',
  '/w/apart/Project.toml': '',
  '/w/apart/Manifest.toml': '',
};
for (const [folder, version, manifest] of [
  ['/w/jobs', '1.12.0', '/w/Manifest-v1.12.toml'],
  ['/w/lib/deep', '1.12.1', '/w/lib/deep/Manifest.toml'],
  ['/w/lib/deep', '1.12.2', '/w/Manifest-v1.12.toml'],
  ['/w/lib/deep', '1.11.9', '/w/lib/deep/Manifest.toml'],
  ['/w/apart', '1.12.2', '/w/apart/Manifest.toml'],
] as const) {
  test(`Julia ${version} takes ${manifest} for ${folder}`, async () => {
    assert.equal((await found(version, WORKSPACE, folder)).manifestFile, manifest);
  });
}

test('the outermost of several workspaces has the Manifest, unless it has none', async () => {
  const texts = {
    '/w/Project.toml': '[workspace]\nprojects = ["sub"]\n',
    '/w/sub/Project.toml': '[workspace]\nprojects = ["jobs"]\n',
    '/w/sub/Manifest.toml': '',
    '/w/sub/jobs/Project.toml': '',
    '/w/sub/jobs/Manifest.toml': '',
  };
  const inner = await found('1.12.2', texts, '/w/sub/jobs');
  assert.equal(inner.manifestFile, '/w/sub/Manifest.toml');
  assert.deepEqual(
    inner.workspaces.map(({ folder }) => folder),
    ['/w/sub', '/w'],
  );
  const outer = await found('1.12.2', { ...texts, '/w/Manifest.toml': '' }, '/w/sub/jobs');
  assert.equal(outer.manifestFile, '/w/Manifest.toml');
});

test('a workspace may name its project by a link, or in another spelling', async () => {
  const texts = { ...WORKSPACE, '/w/Project.toml': '[workspace]\nprojects = ["./link/"]\n' };
  const { manifestFile } = await found('1.12.2', texts, '/w/jobs', { '/w/link': '/w/jobs' });
  assert.equal(manifestFile, '/w/Manifest-v1.12.toml');
});

test('for a project at home, no workspace outside of it counts', async () => {
  const texts = {
    '/home/Project.toml': '[workspace]\nprojects = ["u/jobs", "v/jobs"]\n',
    '/home/Manifest.toml': '',
    '/home/u/jobs/Project.toml': '',
    '/home/u/jobs/Manifest.toml': '',
    '/home/v/jobs/Project.toml': '',
  };
  const own = await found('1.12.2', texts, '/home/u/jobs');
  assert.equal(own.manifestFile, '/home/u/jobs/Manifest.toml');
  const other = await found('1.12.2', texts, '/home/v/jobs');
  assert.equal(other.manifestFile, '/home/Manifest.toml');
});

test('a workspace prefers for its projects what they do not prefer themselves, each of packages that it names', async () => {
  const texts = {
    '/w/Project.toml': `[workspace]\nprojects = ["jobs"]\n[extras]\nB = "${B}"\n[preferences.A]\nunnamed = 1\n`,
    '/w/LocalPreferences.toml': '[B]\nfast = true\nsize = 1\nold = 1\n',
    '/w/Manifest.toml': '',
    '/w/jobs/Project.toml': `[deps]\nA = "${A}"\nB = "${B}"\n[preferences.B]\nsize = 2\n`,
    '/w/jobs/JuliaLocalPreferences.toml': '[A]\nx = 1\n[B]\n__clear__ = ["old"]\n[C]\nunnamed = 1\n',
    '/w/jobs/LocalPreferences.toml': '[A]\nx = 2\n',
  };
  const { preferences } = await found('1.12.0', texts, '/w/jobs');
  assert.deepEqual(preferences, { A: { x: 1 }, B: { fast: true, size: 2, __clear__: ['old'] } });
});

test('a folder without Project, and one without Manifest, are told apart', async () => {
  const missing = async (folder: string): Promise<string> => {
    const answer: FoundEnvironment | MissingFile = await findEnvironment(
      folder,
      '1.12.2',
      filesOf(WORKSPACE),
    );
    return 'missing' in answer ? answer.missing : 'nothing';
  };
  assert.equal(await missing('/w/none'), 'project');
  const bare = await findEnvironment('/p', '1.12.2', filesOf({ '/p/JuliaProject.toml': '' }));
  assert.ok('missing' in bare && bare.missing === 'manifest');
  assert.equal(bare.file, '/p/JuliaProject.toml');
});

test('a project that is none is refused with its file, and one around it is passed over', async () => {
  const texts = { '/Project.toml': 'deps = 7\n', '/p/Project.toml': '', '/p/Manifest.toml': '' };
  assert.deepEqual((await found('1.12.2', texts)).workspaces, []);
  await assert.rejects(found('1.12.2', { ...texts, '/p/Project.toml': 'deps = 7\n' }), {
    code: 'bad-spec',
    message: '/p/Project.toml: not a Julia project',
  });
});
