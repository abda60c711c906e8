import assert from 'node:assert/strict';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Outcome } from './support/programs.js';
import { buildSmall, manifestEntry, packageFiles, smallSpec, writeFiles } from './support/small-build.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();
const temporary = join(scratch, 'tmp');
await mkdir(temporary);
for (const folder of [scratch, temporary]) await chmod(folder, 0o755);
const isRoot = process.getuid?.() === 0;
const UUID = '2b1d2a52-52ba-4c0f-9a51-0a27f0a4b1c9';

/** Builds one package below a folder of its own with a mode. */
async function build(name: string, mode: number, body: string): Promise<Outcome> {
  const home = join(scratch, name);
  await mkdir(home);
  await writeFiles(home, {
    ...packageFiles('Stamp', UUID, body),
    'Project.toml': `[deps]\nStamp = "${UUID}"\n`,
    'Manifest.toml': manifestEntry('Stamp', UUID),
    'spec.toml': smallSpec(join(home, 'prefix')),
  });
  await chmod(home, mode);
  return buildSmall(home, { TMPDIR: temporary });
}

test('packages are loaded as another user where root builds, who can write nowhere', async () => {
  const { code, stderr } = await build('open', 0o755, 'f(x) = 2x');
  assert.equal(code, 0, stderr);
  const user = isRoot ? 'as another user' : 'as the same user';
  assert.match(stderr, new RegExp(`\\(caches\\): loads ${user}, with nothing to write to`));
  assert.deepEqual(await readdir(temporary), []);
});

test('where another user is kept from the build, it says that they were not', async () => {
  const { code, stderr } = await build('closed', 0o700, 'f(x) = 2x');
  assert.equal(code, 0, stderr);
  const writing = isRoot ? 'on a tree that root could write to' : 'with nothing to write to';
  assert.match(stderr, new RegExp(`\\(caches\\): loads as the same user, ${writing}`));
});

test('a cache that Julia does not take fails the build, with the package, the cause and the remedy', async () => {
  const stamp = join(scratch, 'stamp');
  const body = `
    const STAMP = ${JSON.stringify(stamp)}
    isfile(STAMP) || touch(STAMP)
    include_dependency(STAMP)
    __init__() = touch(STAMP)`;
  const { code, stderr } = await build('stale', 0o755, body);
  assert.equal(code, 7, stderr);
  assert.match(
    stderr,
    /does not take the cache of Stamp: a file that it was compiled from has changed since/,
  );
  assert.match(stderr, /include_dependency.*Julia says: .*Rejecting stale cache file/);
});
