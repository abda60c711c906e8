import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeBundle } from './bundle-fixture.js';
import { newRepository, publishBundles, scratch } from './repository-fixture.js';

const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function depotPublish(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

async function setUp(context: TestContext) {
  const directory = await scratch(context);
  const [bundle, repo] = [join(directory, 'bundle'), join(directory, 'repo')];
  await writeBundle(bundle);
  return { directory, bundle, repo };
}

const IDENTITY = ['--name', 'julia.example.org', '--prefix', '/cvmfs/julia.example.org'];

test('from an empty directory to a verified release', async (context) => {
  const { bundle, repo } = await setUp(context);
  const release = ['--name', '1.0', '--channel', 'prod'];
  const created = await depotPublish('init', repo, ...IDENTITY);
  assert.match(created.stdout, /root fingerprint {2}[0-9a-f]{64}\n/);
  const plan = await depotPublish('publish', repo, bundle, ...release, '--dry-run', '--json');
  assert.equal((JSON.parse(plan.stdout) as { done: boolean }).done, false);
  assert.match((await depotPublish('publish', repo, bundle, ...release)).stdout, /^published 1\.0/);
  assert.match((await depotPublish('publish', repo, bundle, ...release)).stdout, /^nothing to do/);
  assert.match((await depotPublish('show', repo, 'prod')).stdout, /x86-64/);
  assert.match((await depotPublish('verify', repo)).stdout, / 0 problems\n$/);
});

test('reading commands print JSON to stdout alone', async (context) => {
  const { bundle, repo } = await setUp(context);
  await newRepository(repo);
  await publishBundles(repo, [bundle], { name: 'a' });
  for (const args of [
    ['list', repo],
    ['show', repo, 'a'],
    ['show', repo, 'a', '--coverage'],
    ['log', repo, 'prod'],
    ['diff', repo, 'a', 'prod'],
    ['verify', repo],
  ]) {
    const { code, stdout } = await depotPublish(...args, '--json');
    assert.equal(code, 0, args[0]);
    assert.equal(typeof JSON.parse(stdout), 'object', args[0]);
  }
});

test('diff names packages that came, went, or are of another version or other code', async (context) => {
  const { directory, repo } = await setUp(context);
  await newRepository(repo);
  const item = (name: string, version: string, tree: string) => ({
    ...{ name, version, tree: tree.repeat(40) },
    uuid: `00000000-0000-0000-0000-${name.charCodeAt(0).toString().padStart(12, '0')}`,
  });
  const releases = {
    old: [item('A', '1.0.0', 'a'), item('B', '1.0.0', 'b'), item('C', '1.0.0', 'c'), item('E', '1.0.0', 'e')],
    new: [item('A', '1.1.0', 'a'), item('B', '1.0.0', 'd'), item('D', '2.0.0', 'd'), item('E', '1.0.0', 'e')],
  };
  for (const [name, packages] of Object.entries(releases)) {
    const bundle = join(directory, name);
    await writeBundle(bundle, { packages });
    await publishBundles(repo, [bundle], { name });
  }
  const { stdout } = await depotPublish('diff', repo, 'old', 'new');
  assert.deepEqual(
    stdout
      .split('\n')
      .slice(0, 4)
      .map((line) => line.split(/ {2,}/)),
    [
      ['~', 'analysis: A', '1.0.0 -> 1.1.0'],
      ['~', 'analysis: B', '1.0.0, other code'],
      ['-', 'analysis: C', '1.0.0'],
      ['+', 'analysis: D', '2.0.0'],
    ],
  );
});

describe('exit codes', () => {
  const cases: [string, number, (paths: Awaited<ReturnType<typeof setUp>>) => string[], RegExp][] = [
    ['no command', 2, () => [], /name a command/],
    ['an unknown option', 2, ({ repo }) => ['list', repo, '--colour'], /colour/],
    ['a missing option', 2, ({ repo, bundle }) => ['publish', repo, bundle, '--name', 'x'], /channel/],
    ['no repository', 5, ({ directory }) => ['list', directory], /not a repository.*\nhint: .*init/],
    [
      'no bundle',
      5,
      ({ repo, directory }) => ['publish', repo, directory, '--name', 'x', '--channel', 'c'],
      /bundle\.json/,
    ],
    ['no channel', 5, ({ repo }) => ['log', repo, 'nope'], /no channel 'nope'/],
    ['a grace that is none', 2, ({ repo }) => ['gc', repo, '--grace', 'soon'], /--grace: expected a number/],
    ['two things at once', 2, ({ repo }) => ['gc', repo, '--restore', '--dry-run'], /mutually exclusive/],
    ['a hash that is none', 2, ({ repo }) => ['rollback', repo, 'prod', 'zz'], /expected a release hash/],
  ];
  for (const [name, code, args, message] of cases) {
    test(`${code} for ${name}`, async (context) => {
      const paths = await setUp(context);
      await newRepository(paths.repo);
      await publishBundles(paths.repo, [paths.bundle], { channel: 'prod' });
      const outcome = await depotPublish(...args(paths));
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, message);
      assert.equal(outcome.stdout, '');
    });
  }

  test('4 for a damaged file, which is named on stdout', async (context) => {
    const { repo } = await setUp(context);
    await newRepository(repo);
    await appendFile(join(repo, '.depot/tuf/1.targets.json'), ' ');
    const { code, stdout } = await depotPublish('verify', repo);
    assert.deepEqual([code, /1\.targets\.json/.test(stdout)], [4, true]);
  });

  test('6 while another process holds the lock', async (context) => {
    const { bundle, repo } = await setUp(context);
    await newRepository(repo);
    const publish = () => depotPublish('publish', repo, bundle, '--name', 'x', '--channel', 'c');
    const outcomes = await Promise.all([publish(), publish(), publish()]);
    const codes = outcomes.map(({ code }) => code);
    assert.ok(codes.includes(0), JSON.stringify(outcomes));
    assert.ok(codes.every((code) => code === 0 || code === 6));
  });
});

describe('help', () => {
  for (const command of [
    'init',
    'publish',
    'list',
    'show',
    'log',
    'diff',
    'rollback',
    'verify',
    'refresh',
    'export',
    'mirror',
    'pin',
    'unpin',
    'retire',
    'gc',
    'site',
  ]) {
    test(`of ${command} has an example`, async () => {
      const { code, stdout } = await depotPublish(command, '--help');
      assert.equal(code, 0);
      assert.match(stdout, /Examples:/);
    });
  }
});
