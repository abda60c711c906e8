import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseRelativePath } from '@depotcast/hydrator/format';
import { gitTreeHash } from '../src/environment/git-tree.js';
import { listSources } from '../src/environment/list-sources.js';
import { parseManifest } from '../src/environment/manifest.js';
import { verifyTrees } from '../src/environment/verify-trees.js';
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
    const folder = join(root, 'A', 'x1y2z');
    await writeFiles(folder, { ...FILES, 'deps/run.sh': '#!/bin/sh\n' });
    await chmod(join(folder, 'deps/run.sh'), 0o755);
    await symlink('src/A.jl', join(folder, 'link.jl'));
    await mkdir(join(folder, 'nothing/inside'), { recursive: true });
    await action(folder);
  });
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
    const verify = async (tree: string) => {
      const text = `[[A]]\ngit-tree-sha1 = "${tree}"\nuuid = "${UUID}"\n`;
      const files = {
        manifestFile: 'Manifest.toml',
        manifestText: text,
        manifest: parseManifest(text, 'Manifest.toml'),
      };
      const sources = await listSources({ folders: [{ from: folder, to: 'packages/A/x1y2z' }], texts: [] });
      return verifyTrees(files, sources);
    };
    const whole = await gitTreeHash(await scanTree(folder), (path) => join(folder, path));
    assert.deepEqual(await verify(whole), []);
    await writeFiles(folder, { 'src/A.jl': 'module A changed = true end\n' });
    const [edited, ...others] = await verify(whole);
    assert.deepEqual(others, []);
    assert.equal(edited?.key, 'A');
    assert.equal(edited.line, 1);
    assert.match(edited.message, new RegExp(`git tree hash [0-9a-f]{40}, the Manifest says ${whole}`));
    assert.match(edited.remedy, /Pkg\.instantiate/);
    await writeFiles(folder, { 'deps/build.log': 'built' });
    assert.match((await verify(whole))[0]?.remedy ?? '', /deps\/build\.jl wrote into it/);
  });
});
