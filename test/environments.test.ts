import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Bundle, parseBundle } from '@depotcast/hydrator/format';
import { type Outcome, run, runCommand, succeed } from './support/programs.js';
import { initRepository } from './support/repository.js';
import { julia } from './support/site.js';
import { type Files, packageFiles, writeFiles } from './support/small-build.js';
import { temporaryDirectory } from './support/temporary.js';

const COMMON = '2b1d2a52-52ba-4c0f-9a51-0a27f0a4b1c7';
const UNIT = '3c1d2a52-52ba-4c0f-9a51-0a27f0a4b1c8';
const MINE = '4d1d2a52-52ba-4c0f-9a51-0a27f0a4b1c9';

const scratch = await temporaryDirectory();
const depot = join(scratch, 'depot');
const prefix = join(scratch, 'prefix');

interface Installed {
  readonly name: string;
  readonly uuid: string;
  readonly tree: string;
}

/**
 * Puts a package into the depot as Pkg does: below the slug of its uuid and tree hash.
 * @param built what its build script writes; it has none without
 */
async function install(name: string, uuid: string, body: string, built: Files = {}): Promise<Installed> {
  const checkout = join(scratch, 'checkout');
  await writeFiles(checkout, packageFiles(name, uuid, body));
  if (Object.keys(built).length > 0) await writeFiles(checkout, { [`${name}/deps/build.jl`]: '' });
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: join(checkout, name), encoding: 'utf8' });
  git('init', '--quiet');
  git('add', '.');
  const tree = git('write-tree').trim();
  const slug = `print(Base.version_slug(Base.UUID("${uuid}"), Base.SHA1("${tree}")))`;
  const { stdout } = await runCommand([...julia.command, '--startup-file=no', '-e', slug]);
  await mkdir(join(depot, 'packages', name), { recursive: true });
  execFileSync('rm', ['-r', join(checkout, name, '.git')]);
  const folder = join(depot, 'packages', name, stdout);
  await rename(join(checkout, name), folder);
  await writeFiles(folder, built);
  return { name, uuid, tree };
}

async function writeProject(folder: string, packages: readonly Installed[]): Promise<void> {
  const lines = packages.map(({ name, uuid }) => `${name} = "${uuid}"\n`);
  const entries = packages.map(
    ({ name, uuid, tree }) => `[[${name}]]\ngit-tree-sha1 = "${tree}"\nuuid = "${uuid}"\nversion = "1.0.0"\n`,
  );
  await writeFiles(join(scratch, folder), {
    'Project.toml': `[deps]\n${lines.join('')}`,
    'Manifest.toml': entries.join('\n'),
    'workload.jl': `using Unit\nprintln(Unit.version())\n`,
  });
}

interface Report {
  readonly stages: { readonly built: number; readonly reused: number };
  readonly images: readonly { readonly stillCompiled: number | null }[];
}

async function build(target = 'x86-64', out = 'bundle'): Promise<Report> {
  const places = [
    '--cache',
    join(scratch, 'cache'),
    '--out',
    join(scratch, out),
    '--target',
    target,
    '--json',
  ];
  const args = ['run', join(scratch, 'spec.toml'), '--julia', julia.command.join(' '), ...places];
  const env = { ...process.env, JULIA_DEPOT_PATH: depot };
  return JSON.parse(await succeed('depot-build', args, { env })) as Report;
}

async function readBundle(): Promise<Bundle> {
  const file = join(scratch, 'bundle', 'bundle.json');
  return parseBundle(await readFile(file, 'utf8'), file);
}

const layersOf = ({ environments, images }: Bundle, name: string) => ({
  sources: environments.filter((each) => each.name === name).map(({ sources }) => sources),
  shared: environments.filter((each) => each.name === name).flatMap(({ shared }) => shared),
  compiled: images.filter(({ environment }) => environment === name).map(({ compiled }) => compiled),
});

const listingOf = (id: string) => readFile(join(scratch, 'bundle', 'layers', `${id}.listing`), 'utf8');

const common = await install(
  'Common',
  COMMON,
  'include(joinpath(@__DIR__, "..", "deps", "deps.jl"))\nanswer() = ANSWER',
  { 'deps/deps.jl': 'const ANSWER = 42\n', 'deps/build.log': `built in ${depot}\n` },
);
const unit1 = await install('Unit', UNIT, 'version() = 1');
const unit2 = await install('Unit', UNIT, 'version() = 2');
await writeProject('old', [common, unit1]);
await writeProject('new', [common, unit2]);
await writeFiles(scratch, {
  'spec.toml': `name = "several"
version = "1"
prefix = "${prefix}"
targets = ["x86-64", "x86-64-v3"]
${['old', 'new']
  .map(
    (name) =>
      `[[environment]]\nname = "${name}"\nproject = "${name}"\nstarts = ["caches"]\nworkload = "${name}/workload.jl"\n`,
  )
  .join('')}`,
});

const repo = await initRepository(scratch, prefix);

/** Publishes bundles, and exports them to where nodes see them. */
async function release(name: string, ...bundles: readonly string[]): Promise<void> {
  const paths = bundles.map((bundle) => join(scratch, bundle));
  await succeed('depot-publish', ['publish', repo.path, ...paths, '--name', name, '--channel', 'prod']);
  await succeed('depot-publish', ['export', repo.path, '--into', prefix]);
}

/** Runs a command in a release's environment, with an empty home and folder for temporary files. */
async function exec(environment: string, command: readonly string[]): Promise<Outcome> {
  const opened = ['--repo', prefix, '--channel', 'prod', '--julia', julia.command.join(' ')];
  const home = join(scratch, 'home');
  await mkdir(home, { recursive: true });
  return run('depot-hydrate', ['exec', ...opened, '--environment', environment, '--', ...command], {
    env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home },
  });
}

let first: Bundle;

test('two environments that do not resolve together share what they have in common, and nothing else', async () => {
  const { images } = await build();
  assert.ok(images.every(({ stillCompiled }) => (stillCompiled ?? 0) > 0));
  first = await readBundle();
  const [before, after] = [layersOf(first, 'old'), layersOf(first, 'new')];
  assert.equal(before.shared.length, 1);
  assert.deepEqual(before.shared, after.shared);
  const shared = await listingOf(before.shared[0] ?? '');
  assert.match(shared, /packages\/Common\/\w+\/src\/Common\.jl/);
  assert.match(shared, /packages\/Common\/\w+\/deps\/deps\.jl/);
  assert.doesNotMatch(shared, /build\.log/);
  for (const { sources } of [before, after]) {
    const listing = await listingOf(sources[0] ?? '');
    assert.match(listing, /packages\/Unit\//);
    assert.doesNotMatch(listing, /packages\/Common/);
  }
  assert.notDeepEqual(before.compiled, after.compiled);
});

test('jobs of each load their own version, from caches alone; bundles of two targets join', async () => {
  await build('x86-64-v3', 'bundle-v3');
  await release('1', 'bundle', 'bundle-v3');
  for (const [environment, version] of [
    ['old', '1'],
    ['new', '2'],
  ] as const) {
    const job = 'using Unit, Common, Test, Distributed; print(Unit.version(), " ", Common.answer())';
    const { code, stdout, stderr } = await exec(environment, ['julia', '-e', job]);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `${version} 42`);
    assert.deepEqual(await readdir(join(scratch, 'home')), []);
  }
});

test("a change in one environment builds only that one's layers anew", async () => {
  await writeProject('new', [common, await install('Unit', UNIT, 'version() = 3')]);
  const { stages } = await build();
  assert.equal(stages.built, 3, 'its sources, its caches, its proof');
  const second = await readBundle();
  assert.deepEqual(layersOf(second, 'old'), layersOf(first, 'old'));
  assert.deepEqual(layersOf(second, 'new').shared, layersOf(first, 'new').shared);
  assert.notDeepEqual(layersOf(second, 'new').compiled, layersOf(first, 'new').compiled);
  await release('2', 'bundle');
  assert.equal((await exec('new', ['julia', '-e', 'using Unit; print(Unit.version())'])).stdout, '3');
  assert.equal((await exec('old', ['julia', '-e', 'using Unit; print(Unit.version())'])).stdout, '1');
});

test("a user's package on top of a release is compiled into the user's own depot, the release's packages are not", async () => {
  const user = join(scratch, 'user');
  await writeFiles(user, {
    ...packageFiles('Mine', MINE, 'using Common\ndoubled() = 2 * Common.answer()', { Common: COMMON }),
    'Project.toml': `[deps]\nMine = "${MINE}"\n`,
    'Manifest.toml': `[[Common]]
git-tree-sha1 = "${common.tree}"
uuid = "${COMMON}"
version = "1.0.0"

[[Mine]]
deps = ["Common"]
path = "Mine"
uuid = "${MINE}"
version = "1.0.0"
`,
  });
  const stacked = (paths: string) => [
    'sh',
    '-c',
    `JULIA_LOAD_PATH="${paths}" JULIA_DEPOT_PATH="${user}/depot:$JULIA_DEPOT_PATH" JULIA_DEBUG=loading exec "$@"`,
    'sh',
    ...julia.command,
    '--startup-file=no',
    '-e',
    'using Unit, Mine; print(Unit.version(), " ", Mine.doubled(), " ", pathof(Mine.Common))',
  ];
  for (const round of ['compiles it', 'loads it']) {
    const { code, stdout, stderr } = await exec('old', stacked(`@:${user}:@stdlib`));
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^1 84 ${prefix}/layers/sources-`), round);
    assert.doesNotMatch(stderr, /Rejecting/);
    const [version = ''] = await readdir(join(user, 'depot', 'compiled'));
    assert.deepEqual(await readdir(join(user, 'depot', 'compiled', version)), ['Mine'], round);
  }
});
