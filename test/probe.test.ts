import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { TARGETS } from '@depotcast/hydrator/format';
import { writeFakeBundle } from './support/fake-bundle.js';
import { freshNode } from './support/node.js';
import { type Outcome } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

/** Starts as the system image's content says, and notes each start but those that only ask for the version. */
const FAKE_JULIA = `#!/bin/sh
[ "$1" != --version ] || { echo julia version 1.5.3; exit; }
start=$(cat "$2")
shift 3
echo "$start $*" >>"$CALLS"
case $start in
  dies) kill -ILL $$ ;;
  refuses) echo 'ERROR: Unable to find compatible target in system image.' >&2; exit 1 ;;
esac
echo "runs $start"
`;

test('a probe before the job', async (t) => {
  const scratch = await temporaryDirectory();
  const prefix = join(scratch, 'prefix');
  await mkdir(prefix);
  const julia = join(scratch, 'julia/bin/julia');
  await mkdir(join(scratch, 'julia/bin'), { recursive: true });
  await mkdir(join(scratch, 'julia/share/julia/stdlib'), { recursive: true });
  await writeFile(julia, FAKE_JULIA, { mode: 0o755 });
  const calls = join(scratch, 'calls');
  const repo = await initRepository(scratch, prefix);
  const publishImages = async (name: string, images: Record<string, string>): Promise<void> => {
    const bundle = join(scratch, name);
    await writeFakeBundle(bundle, { prefix, images });
    await publish(repo, bundle, name);
  };
  const cpuinfo = join(scratch, 'cpuinfo');
  const v4 = TARGETS.find(({ name }) => name === 'x86-64-v4')?.requires ?? [];
  await writeFile(cpuinfo, `flags\t\t: ${v4.join(' ')}\n`);
  const node = await freshNode(scratch, ['--repo', repo.path, '--channel', 'prod', '--root', repo.root]);
  const exec = async (
    options: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Outcome & { calls: string[] }> => {
    await rm(calls, { force: true });
    const args = [
      ...options,
      '--cpuinfo',
      cpuinfo,
      '--machine',
      'x86_64',
      '--julia',
      julia,
      '--',
      'julia',
      'job.jl',
    ];
    const outcome = await node.hydrate('exec', args, { env: { ...process.env, ...env, CALLS: calls } });
    const text = await readFile(calls, 'utf8').catch(() => '');
    return { ...outcome, calls: text.split('\n').filter(Boolean) };
  };
  const images = {
    'x86-64': 'works',
    'x86-64-v2': 'works well',
    'x86-64-v3': 'refuses',
    'x86-64-v4': 'dies',
  };
  await publishImages('release-1', images);

  await t.test('falls to the next image where one dies and one is refused, and says so', async () => {
    const outcome = await exec(['--probe']);
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.equal(outcome.stdout, 'runs works well\n');
    assert.deepEqual(outcome.calls, [
      'dies -e nothing',
      'refuses -e nothing',
      'works well -e nothing',
      'works well job.jl',
    ]);
    assert.match(outcome.stderr, /^warning: x86-64-v4, sysimage does not start here: killed by SIGILL$/m);
    assert.match(
      outcome.stderr,
      /^depotcast: .* on x86-64-v2, sysimage; passed over x86-64-v4: does not start, killed by SIGILL; x86-64-v3: does not start, exit code 1: Unable to find/m,
    );
  });

  await t.test('is remembered, so that the next job starts at once', async () => {
    const outcome = await exec([], { DEPOT_PROBE: '1' });
    assert.deepEqual(outcome.calls, ['works well job.jl']);
    assert.match(outcome.stderr, /passed over x86-64-v4: does not start/);
  });

  await t.test('is not made unless asked for', async () => {
    for (const DEPOT_PROBE of ['', '0']) {
      const outcome = await exec([], { DEPOT_PROBE });
      assert.deepEqual(outcome.calls, ['dies job.jl']);
      assert.equal(outcome.code, 132);
    }
  });

  await t.test('is made again by each job where the cache cannot be written', async () => {
    await rm(join(node.cache, 'probes'), { recursive: true });
    await writeFile(join(node.cache, 'probes'), 'in the way');
    for (const job of ['one', 'two']) {
      const outcome = await exec(['--probe']);
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.equal(outcome.calls.length, 4, job);
      assert.match(outcome.stderr, /^warning: the next job must probe again: .*probes/m);
    }
    await rm(join(node.cache, 'probes'));
  });

  await t.test('that no image stands ends with 3 and what happened to each', async () => {
    await publishImages('release-2', { 'x86-64': 'refuses', 'x86-64-v4': 'dies' });
    const outcome = await exec(['--probe']);
    assert.equal(outcome.code, 3, outcome.stderr);
    assert.match(
      outcome.stderr,
      /no image starts on this host: x86-64-v4 does not start, killed by SIGILL; x86-64 does not start, exit code 1: /,
    );
  });
});
