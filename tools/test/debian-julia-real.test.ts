import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import {
  cacheDirectory,
  currentUser,
  fetchDebianJulia,
  findLinker,
  hostArch,
} from '../debian-julia/index.js';

const options = {
  directory: cacheDirectory(process.env, currentUser()),
  arch: hostArch(),
  log: console.error,
};

/** These fetch packages from the machine's Debian archive at the first run. */
describe('with real packages', { timeout: 600_000 }, () => {
  test('a fetched Julia computes, and starts others and programs of the machine', async () => {
    const { julia, version } = await fetchDebianJulia(options);
    assert.equal(version, '1.5.3');
    const start = (code: string) =>
      execFileSync(julia, ['--startup-file=no', '-e', code], { encoding: 'utf8' });
    assert.equal(start('print(6*7)'), '42');
    assert.equal(start('using LinearAlgebra; print([2.0 0; 0 4] \\ [2.0, 4.0])'), '[1.0, 1.0]');
    assert.equal(start('run(`$(Base.julia_cmd()) -e "print(VERSION)"`)'), '1.5.3');
    assert.match(start('run(`apt-get --version`)'), /^apt /);
  });

  test('a fetched linker links, where no compiler is on PATH', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'linker-'));
    t.after(() => rm(directory, { recursive: true }));
    const linker = await findLinker({ ...options, env: { PATH: directory } });
    assert.equal(linker.kind, 'linker');
    const [program = ''] = linker.command;
    const link = (...args: string[]) => execFileSync(program, args, { cwd: directory });
    await writeFile(join(directory, 'data'), 'content');
    link('-r', '-b', 'binary', 'data', '-o', 'data.o');
    link('-shared', '--whole-archive', 'data.o', '-o', 'data.so');
    const symbols = execFileSync(join(dirname(program), 'objdump'), ['-T', 'data.so'], { cwd: directory });
    assert.match(symbols.toString(), /_binary_data_start/);
    const { julia } = await fetchDebianJulia(options);
    const code =
      'using Libdl; print(unsafe_string(Ptr{UInt8}(dlsym(dlopen("./data.so"), :_binary_data_start)), 7))';
    assert.equal(execFileSync(julia, ['-e', code], { cwd: directory, encoding: 'utf8' }), 'content');
  });
});
