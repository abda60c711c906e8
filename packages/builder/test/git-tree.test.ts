import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseManifest, parseRelativePath } from '@depotcast/hydrator/format';
import { gitTreeHash } from '../src/environment/git-tree.js';
import { listSources } from '../src/environment/list-sources.js';
import { type VerifiedTrees, verifyTrees } from '../src/environment/verify-trees.js';
import { fileContains } from '../src/store/file-contains.js';
import { scanTree } from '../src/store/scan-tree.js';
import { withTemporary, writeFiles } from './temporary.js';

const gitMissing = spawnSync('git', ['--version']).status === 0 ? false : 'git is not installed';

const UUID = '11111111-1111-1111-1111-111111111111';
/** Names in whose order git differs from byte order of whole paths, and one that is not ASCII. */
const FILES = {
  'Project.toml': `name = "A"\nuuid = "${UUID}"\n`,
  'src/A.jl': 'module A end\n',
  'src.txt': 'before src/, as . is before /',
  'src-old/A.jl': 'module A end\n',
  src0: 'after src/',
  'größe.txt': 'größe\n',
  empty: '',
};

async function withPackage(action: (folder: string) => Promise<void>): Promise<void> {
  await withTemporary(async (root) => {
    const folder = join(root, 'packages', 'A', 'x1y2z');
    await writeFiles(folder, { ...FILES, 'deps/run.sh': '#!/bin/sh\n' });
    await chmod(join(folder, 'deps/run.sh'), 0o755);
    await symlink('src/A.jl', join(folder, 'link.jl'));
    await mkdir(join(folder, 'nothing/inside'), { recursive: true });
    await action(folder);
  });
}

const hashOf = async (folder: string): Promise<string> =>
  gitTreeHash(await scanTree(folder), (path) => join(folder, path));

/** Verifies the package in `folder` as one that the Manifest gives a tree hash. */
async function verifyPackage(folder: string, tree: string): Promise<VerifiedTrees> {
  const manifestText = `[[A]]\ngit-tree-sha1 = "${tree}"\nuuid = "${UUID}"\n`;
  const manifestFile = 'Manifest.toml';
  const files = { manifestFile, manifestText, manifest: parseManifest(manifestText, manifestFile).entries };
  const sources = await listSources({ folders: [{ from: folder, to: 'packages/A/x1y2z' }], texts: [] });
  return verifyTrees(files, sources);
}

test('a folder has the hash that git gives it', { skip: gitMissing }, async () => {
  await withPackage(async (folder) => {
    const git = (...args: string[]): string => {
      const settings = ['-c', 'core.autocrlf=false', '-c', 'core.fileMode=true', '-c', 'core.excludesFile='];
      const { status, stdout, stderr } = spawnSync('git', [...settings, ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
      return stdout.trim();
    };
    git('init', '--quiet');
    git('add', '--all');
    const expected = git('write-tree');
    assert.equal(await gitTreeHash(await scanTree(folder, ['.git']), (path) => join(folder, path)), expected);
  });
});

test('the empty folder has the hash that everyone knows', async () => {
  const directory = { type: 'directory', path: parseRelativePath('nothing', 'test') } as const;
  assert.equal(await gitTreeHash([directory], () => ''), '4b825dc642cb6eb9a060e54bf8d69288fbee4904');
});

test('an installed package whose files are not those of the Manifest is a problem, with both hashes', async () => {
  await withPackage(async (folder) => {
    const verify = (tree: string) => verifyPackage(folder, tree);
    const whole = await hashOf(folder);
    assert.deepEqual(await verify(whole), { problems: [], outputs: [], logs: [] });
    await writeFiles(folder, { 'src/A.jl': 'module A changed = true end\n' });
    const [edited, ...others] = (await verify(whole)).problems;
    assert.deepEqual(others, []);
    assert.equal(edited?.key, 'A');
    assert.equal(edited.line, 1);
    assert.match(edited.message, new RegExp(`git tree hash [0-9a-f]{40}, the Manifest says ${whole}`));
    assert.match(edited.remedy, /Pkg\.instantiate/);
  });
});

test('what a build script wrote beside the files of its package is taken, but for its log and paths of this host', async () => {
  await withPackage(async (folder) => {
    await writeFiles(folder, { 'deps/build.jl': 'write("deps.jl", "")\n' });
    const whole = await hashOf(folder);
    const written = {
      'deps/deps.jl': 'const LIB = joinpath(@__DIR__, "usr/lib.so")\n',
      'deps/usr/lib.so': 'ELF',
    };
    await writeFiles(folder, { ...written, 'deps/build.log': `built ${folder}` });
    assert.deepEqual(await verifyPackage(folder, whole), {
      problems: [],
      outputs: [{ package: 'A', files: Object.keys(written) }],
      logs: ['packages/A/x1y2z/deps/build.log'],
    });
    await writeFiles(folder, { 'deps/deps.jl': `const LIB = "${folder}/deps/usr/lib.so"\n` });
    const [absolute, ...others] = (await verifyPackage(folder, whole)).problems;
    assert.deepEqual(others, []);
    const depot = folder.slice(0, folder.indexOf('/packages/'));
    assert.equal(absolute?.message, `its build script wrote deps/deps.jl, which names ${depot}`);
    await writeFiles(folder, { 'deps/run.sh': '#!/bin/false\n' });
    assert.match((await verifyPackage(folder, whole)).problems[0]?.message ?? '', /git tree hash/);
  });
});

test('files beside those of a package without a build script are drift, wherever they stand', async () => {
  await withPackage(async (folder) => {
    const whole = await hashOf(folder);
    await writeFiles(folder, { 'deps/deps.jl': '' });
    assert.equal((await verifyPackage(folder, whole)).problems.length, 1);
  });
});

test('a text is found in a file wherever it stands, also where two pieces meet', async () => {
  await withTemporary(async (root) => {
    const file = join(root, 'file');
    const piece = 64 * 1024;
    for (const before of [0, 1, piece - 3, piece, 2 * piece - 1]) {
      await writeFiles(root, { file: `${'.'.repeat(before)}wanted${'.'.repeat(piece)}` });
      assert.equal(await fileContains(file, 'wanted'), true, String(before));
      assert.equal(await fileContains(file, 'wanted!'), false);
    }
  });
});
