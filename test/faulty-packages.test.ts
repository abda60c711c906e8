import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Outcome } from './support/programs.js';
import { buildSmall, manifestEntry, packageFiles, smallSpec, writeFiles } from './support/small-build.js';
import { temporaryDirectory } from './support/temporary.js';

const UUID = '2b1d2a52-52ba-4c0f-9a51-0a27f0a4b1c7';
const scratch = await temporaryDirectory();

interface Fault {
  /** Body of the one package's module. */
  readonly body?: string;
  /** What stands first in Project.toml. */
  readonly head?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Builds an environment of one small package, for one target, without a system image. */
async function build(name: string, { body = '', head = '', env = {} }: Fault): Promise<Outcome> {
  const home = join(scratch, name);
  await writeFiles(home, {
    ...packageFiles('Tiny', UUID, body),
    'Project.toml': `${head}[deps]\nTiny = "${UUID}"\n`,
    'Manifest.toml': manifestEntry('Tiny', UUID),
    'spec.toml': smallSpec(`${home}/prefix`),
  });
  return buildSmall(home, env);
}

test('a sound package is built, whatever Julia variables the user has set', async () => {
  const env = {
    JULIA_LOAD_PATH: '/nonexistent',
    JULIA_DEPOT_PATH: '/nonexistent',
    JULIA_PROJECT: '/nonexistent',
    JULIA_CPU_TARGET: 'native',
  };
  const outcome = await build('sound', { env });
  assert.equal(outcome.code, 0, outcome.stderr);
});

test('a project with a name that is no package is built like any other', async () => {
  const head = 'name = "Analysis"\nuuid = "9c1d2a52-52ba-4c0f-9a51-0a27f0a4b1c8"\n';
  const outcome = await build('named', { head });
  assert.equal(outcome.code, 0, outcome.stderr);
});

const REFUSED: readonly [what: string, body: string, message: RegExp][] = [
  ['ends the process while it is loaded', '__init__() = exit(0)', /Julia ended while it loaded Tiny/],
  ['has a syntax error', 'f(x = 1', /syntax/],
  ['throws while it is loaded', '__init__() = error("no such detector")', /no such detector/],
];
for (const [what, body, message] of REFUSED) {
  test(`a package that ${what} fails the build, with the reason`, async () => {
    const outcome = await build(what.replaceAll(' ', '-'), { body });
    assert.equal(outcome.code, 7, outcome.stderr);
    assert.match(outcome.stderr, message);
    assert.doesNotMatch(outcome.stderr, /this is a bug/);
  });
}

test('a package that writes into its own folder while it is loaded fails the build, as it would fail on every node', async (t) => {
  const body = '__init__() = write(joinpath(@__DIR__, "written.txt"), "x")';
  const outcome = await build('writes', { body });
  if (/neither be mounted/.test(outcome.stderr)) {
    t.skip('private mounts are not possible here');
    return;
  }
  assert.equal(outcome.code, 7, outcome.stderr);
  assert.match(outcome.stderr, /Read-only file system|Permission denied/i);
  assert.match(outcome.stderr, /writes into its own folder/);
});
