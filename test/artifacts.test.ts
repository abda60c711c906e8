import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { julia } from './support/site.js';
import {
  buildSmall,
  type Files,
  manifestEntry,
  packageFiles,
  smallSpec,
  writeFiles,
} from './support/small-build.js';
import { temporaryDirectory } from './support/temporary.js';

const UUID = '2b1d2a52-52ba-4c0f-9a51-0a27f0a4b1c7';
const scratch = await temporaryDirectory();
const depot = join(scratch, 'depot');
const prefix = join(scratch, 'prefix');
const bundle = join(scratch, 'bundle');

const write = (files: Files) => writeFiles(scratch, files);
const build = () => buildSmall(scratch, { JULIA_DEPOT_PATH: depot });

/** The hash that Pkg gives an artifact. */
async function treeHash(files: Files): Promise<string> {
  await write(Object.fromEntries(Object.entries(files).map(([path, text]) => [`tree/${path}`, text])));
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: join(scratch, 'tree'), encoding: 'utf8' });
  git('init', '--quiet');
  git('add', '.');
  return git('write-tree').trim();
}

const DATA = { 'numbers/events.txt': '42\n' };
const hash = await treeHash(DATA);
const elsewhere = 'f'.repeat(40);
await write({
  ...packageFiles(
    'Tiny',
    UUID,
    `const FOLDERS = [joinpath(depot, "artifacts", "${hash}") for depot in DEPOT_PATH]
const FOLDER = FOLDERS[findfirst(isdir, FOLDERS)]
answer() = read(joinpath(FOLDER, "numbers", "events.txt"), String)`,
  ),
  'spec.toml': smallSpec(prefix),
  'Project.toml': `[deps]\nTiny = "${UUID}"\n`,
  'Manifest.toml': manifestEntry('Tiny', UUID),
  'Tiny/Artifacts.toml': `[data]
git-tree-sha1 = "${hash}"
[[other]]
arch = "aarch64"
os = "macos"
git-tree-sha1 = "${elsewhere}"
[later]
git-tree-sha1 = "${elsewhere}"
lazy = true
`,
});

test('an artifact that no depot has is a mistake, with the way to get it, before anything is compiled', async () => {
  const outcome = await build();
  assert.equal(outcome.code, 2);
  assert.match(
    outcome.stderr,
    new RegExp(`Manifest.toml:1: Tiny: its artifact data \\(${hash}\\) is not installed`),
  );
  assert.match(outcome.stderr, /hint: run julia --project -e 'using Pkg; Pkg\.instantiate\(\)'/);
});

test('an artifact that is not what its hash says is a mistake too', async () => {
  await write({ [`depot/artifacts/${hash}/numbers/events.txt`]: '43\n' });
  const outcome = await build();
  assert.equal(outcome.code, 2);
  assert.match(outcome.stderr, new RegExp(`artifact data should have the git tree hash ${hash}`));
});

test('a job reads the artifact that its package found while it was compiled; other platforms and lazy ones stay away', async () => {
  await write({ [`depot/artifacts/${hash}/numbers/events.txt`]: DATA['numbers/events.txt'] });
  const built = await build();
  assert.equal(built.code, 0, built.stderr);
  const repo = await initRepository(scratch, prefix);
  await publish(repo, bundle, '1.0', 'prod');
  await succeed('depot-publish', ['export', repo.path, '--into', prefix]);
  const job = ['julia', '-e', 'using Tiny; print(Tiny.FOLDER, " ", Tiny.answer())'];
  const opened = ['--repo', prefix, '--channel', 'prod', '--julia', julia.command.join(' ')];
  const answer = await succeed('depot-hydrate', ['exec', ...opened, '--', ...job], {
    env: { PATH: process.env['PATH'], HOME: scratch },
  });
  assert.match(answer, new RegExp(`^${prefix}/layers/artifacts-[0-9a-f]{32}/artifacts/${hash} 42\\n$`));
});
