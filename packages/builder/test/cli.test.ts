import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { TARGETS } from '@depotcast/hydrator/format';
import type { TargetRow } from '../src/commands/targets.js';

const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));

function cli(...args: readonly string[]) {
  return spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8' });
}

for (const args of [
  [],
  ['nonsense'],
  ['run', 'spec.toml'],
  ['plan', 'spec.toml', '--no-such'],
  ['plan'],
  ['targets', '--julia', 'a', '--julia', 'b'],
]) {
  test(`a bad command line ends with 2 and a hint: depot-build ${args.join(' ')}`, () => {
    const { status, stderr, stdout } = cli(...args);
    assert.equal(status, 2);
    assert.match(stderr, /^depot-build: error: .*\nhint: /);
    assert.equal(stdout, '');
  });
}

for (const command of ['plan', 'run', 'record', 'targets', 'inspect']) {
  test(`${command} --help shows examples`, () => {
    const { status, stdout } = cli(command, '--help');
    assert.equal(status, 0);
    assert.match(stdout, new RegExp(`Examples:\\s+depot-build ${command}`));
  });
}

test('targets lists all that a spec can name', () => {
  const rows = JSON.parse(cli('targets', '--json').stdout) as TargetRow[];
  assert.deepEqual(
    rows.map(({ name }) => name),
    TARGETS.map(({ name }) => name),
  );
  assert.match(cli('targets').stdout, /x86-64-v3 \(x86_64\)\n {2}needs .*avx2/);
});

test("targets lists a spec's own after those", () => {
  const file = fileURLToPath(new URL('../../../../examples/hep-jets/spec.toml', import.meta.url));
  const rows = JSON.parse(cli('targets', file, '--json').stdout) as TargetRow[];
  assert.equal(rows.length, TARGETS.length);
});

test('what is not there ends with 5, a spec that cannot be read with 2', () => {
  assert.equal(cli('inspect', '/nowhere').status, 5);
  assert.equal(cli('plan', '/nowhere/spec.toml').status, 2);
});
