import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { renderEmulatedLauncher, renderLauncher } from '../debian-julia/launcher.js';

const launcher = renderLauncher({ program: 'julia.real', triplet: 'x-y', privateLibraries: 'julia' });

describe('launcher', () => {
  test('starts the program beside it with its arguments', async (t) => {
    const { root, start } = await makeTree(t, launcher);
    assert.equal(start([join(root, 'usr/bin/julia'), '-e', 'a  b']).at(-1), '[-e] [a  b]');
  });

  test("puts names of the program's own first, then the machine's libraries, the tree's, the caller's", async (t) => {
    const { root, start } = await makeTree(t, launcher);
    const lib = join(root, 'usr/lib/x-y');
    const path = `${lib}/julia:/lib/x-y:/usr/lib/x-y:${lib}`;
    assert.equal(start([join(root, 'usr/bin/julia')])[0], path);
    assert.equal(start([join(root, 'usr/bin/julia')], { LD_LIBRARY_PATH: '/mine' })[0], `${path}:/mine`);
  });

  test('works through links, from PATH, by a relative path and after the tree has moved', async (t) => {
    const { root, start } = await makeTree(t, launcher);
    const moved = join(root, '../moved here');
    await rename(root, moved);
    await symlink('moved here/usr/bin/julia', join(root, '../link'));
    await symlink('link', join(root, '../link-to-link'));
    const expected = join(moved, 'usr/lib/x-y/julia');
    for (const command of [['./../link-to-link'], ['../moved here/usr/bin/julia']])
      assert.equal(start(command, {}, moved)[0]?.split(':')[0], expected);
    const path = `${join(moved, 'usr/bin')}:${process.env.PATH ?? ''}`;
    assert.equal(start(['sh', '-c', 'julia'], { PATH: path }, '/')[0]?.split(':')[0], expected);
  });

  test('gives an emulator the root and no library path', async (t) => {
    const { root, start } = await makeTree(t, renderEmulatedLauncher('julia.real', 'emulate'));
    await writeProgram(join(root, 'emulate'), 'echo "${LD_LIBRARY_PATH-none}"; printf "%s\\n" "$*"');
    const path = `${root}:${process.env.PATH ?? ''}`;
    assert.deepEqual(start([join(root, 'usr/bin/julia'), '-v'], { PATH: path }), [
      'none',
      `-L ${root} ${root}/usr/bin/julia.real -v`,
    ]);
  });
});

/** A root whose `julia` is `text` and whose program prints the library path, then its arguments. */
async function makeTree(t: TestContext, text: string) {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'launcher-')));
  t.after(() => rm(directory, { recursive: true }));
  const root = join(directory, 'root');
  await mkdir(join(root, 'usr/bin'), { recursive: true });
  await writeProgram(join(root, 'usr/bin/julia.real'), 'echo "$LD_LIBRARY_PATH"\nprintf "[%s] " "$@"');
  await writeFile(join(root, 'usr/bin/julia'), text, { mode: 0o755 });
  const start = (command: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = '/') => {
    const [program = '', ...args] = command;
    const { PATH } = process.env;
    const output = execFileSync(program, args, { cwd, encoding: 'utf8', env: { PATH, ...env } });
    return output.trimEnd().split('\n');
  };
  return { root, start };
}

function writeProgram(path: string, body: string): Promise<void> {
  return writeFile(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}
