import assert from 'node:assert/strict';
import { chmod, chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Outcome, run } from './support/programs.js';
import { checkout, julia, mountExample, prefix } from './support/site.js';
import { snapshot } from './support/snapshot.js';
import { temporaryDirectory } from './support/temporary.js';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const workload = join(checkout, 'examples/hep-jets/workload.jl');

test('fingerprints of a start', async (t) => {
  const scratch = await temporaryDirectory();
  await chmod(scratch, 0o755);
  await mountExample(scratch);
  const source = ['--repo', prefix, '--channel', 'prod', '--julia', julia.command.join(' ')];
  const kept = join(scratch, 'kept.json');
  const take = (
    options: readonly string[],
    job: readonly string[],
    environment: Parameters<typeof run>[2] = {},
  ): Promise<Outcome> =>
    run(
      'depot-hydrate',
      ['fingerprint', ...source, '--state', join(scratch, 'state'), ...options, '--', ...job],
      environment,
    );
  const first = await take(['--start', 'sysimage', '--out', kept], ['julia', workload]);
  assert.equal(first.code, 0, first.stderr);

  await t.test('name the image and digest its modules and methods', async () => {
    assert.match(first.stdout, /^release release-1 \([0-9a-f]{12}\), environment hep-jets, on x86-64/);
    assert.match(first.stdout, /^ {2}modules +[0-9a-f]{64} {2}\d+ loaded$/m);
    const text = await readFile(kept, 'utf8');
    assert.match(text, /"name": "JetClustering",\n +"uuid": "13d148cf-d7f8-4eb3-802d-7f625b71b0ee"/);
    assert.match(text, /Core\.Tuple\{JetClustering\.#/, 'what the workload runs has machine code');
    for (const local of [scratch, prefix, checkout]) assert.ok(!text.includes(local), `it names ${local}`);
  });

  await t.test(
    'are equal for another user, folder, home and number of cores, and write nothing',
    async () => {
      const temporary = join(scratch, 'tmp');
      await mkdir(temporary);
      if (isRoot) await chown(temporary, NOBODY, NOBODY);
      const before = await snapshot(prefix);
      const outcome = await take(['--start', 'sysimage', '--against', kept], [workload], {
        env: { PATH: process.env['PATH'], TMPDIR: temporary, JULIA_CPU_THREADS: '7' },
        cwd: '/',
        ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
      });
      assert.equal(outcome.code, 0, outcome.stdout + outcome.stderr);
      assert.match(outcome.stdout, /and this node start alike\n$/);
      assert.deepEqual(await snapshot(prefix), before, 'the tree has changed');
      assert.deepEqual(await readdir(temporary), []);
    },
  );

  await t.test('differ between images and between workloads, which is listed', async () => {
    const other = join(scratch, 'caches.json');
    assert.equal((await take(['--start', 'caches', '--out', other], [])).code, 0);
    const outcome = await run('depot-hydrate', ['fingerprint', '--compare', kept, other]);
    assert.equal(outcome.code, 4);
    assert.match(outcome.stdout, /^ {2}start: sysimage in A, caches in B$/m);
    assert.match(outcome.stdout, /^ {2}sysimage: [0-9a-f]{64} in A, [0-9a-f]{64} in B$/m);
    assert.match(outcome.stdout, /^ {2}module JetClustering: only in A$/m);
    assert.match(outcome.stdout, /^ {2}methods of JetClustering: \d+ only in A, 0 only in B$/m);
  });

  await t.test('are not taken of a workload that fails; its exit code is handed on', async () => {
    const script = join(scratch, 'fails.jl');
    await writeFile(script, 'abspath(PROGRAM_FILE) == @__FILE__() && exit(length(ARGS))\n');
    const outcome = await take(['--out', join(scratch, 'none.json')], [script, '1', '2', '3']);
    assert.equal(outcome.code, 3);
    assert.match(outcome.stderr, /the workload ended with exit code 3: no fingerprint/);
    assert.ok(!(await readdir(scratch)).includes('none.json'));
  });

  await t.test('need a release or two files', async () => {
    const outcome = await run('depot-hydrate', ['fingerprint']);
    assert.equal(outcome.code, 2);
    assert.match(outcome.stderr, /neither a repository nor files to compare/);
  });
});
