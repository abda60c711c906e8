import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { TARGETS } from '@depotcast/hydrator/format';
import { documentedScript } from './support/documented-script.js';
import { levelsSite } from './support/levels-site.js';
import { slurmMissing, startSlurm } from './support/slurm.js';
import { temporaryDirectory } from './support/temporary.js';

/** Nodes, and what jobs get on them. */
const NODES = [
  { name: 'strong', level: 'x86-64-v4', image: 'image v4' },
  { name: 'middle', level: 'x86-64-v3', image: 'image v3' },
  { name: 'weak', level: 'x86-64', image: 'no image' },
] as const;

/** Both TaskPrologs of docs/prologue.md. */
const PROLOGUES = [
  { name: 'activate', taskProlog: '/etc/slurm/task-prolog.sh', jobs: 64 },
  { name: 'depot-hydrate', taskProlog: '/etc/slurm/task-prolog-node.sh', jobs: 24 },
] as const;

test('jobs of a real Slurm', { skip: slurmMissing }, async (t) => {
  const scratch = await temporaryDirectory();
  const site = await levelsSite(scratch);
  const prologue = join(scratch, 'task-prolog');
  await mkdir(join(scratch, 'cpuinfo'));
  const nodes = NODES.map(({ name, level }) => ({ name, cpuinfo: join(scratch, 'cpuinfo', name), level }));
  for (const { cpuinfo, level } of nodes) {
    const requires = TARGETS.find((target) => target.name === level)?.requires ?? [];
    await writeFile(cpuinfo, `processor\t: 0\nflags\t\t: ${requires.join(' ')}\n`);
  }
  const slurm = await startSlurm(join(scratch, 'slurm'), nodes, prologue);

  const install = async (taskProlog: string, places = site.places): Promise<void> => {
    await writeFile(prologue, await documentedScript(taskProlog, places));
    await chmod(prologue, 0o755);
  };
  const withJulia = { PATH: `${join(site.julia, '..')}:${process.env['PATH'] ?? ''}` };
  /** Submits a job and waits for it. @returns its exit code, and its log */
  const submit = async (options: readonly string[], body: string, env: NodeJS.ProcessEnv = {}) => {
    const script = join(scratch, 'job.sh');
    const log = join(scratch, 'job.log');
    await writeFile(script, `#!/bin/sh\n${body}\n`);
    const [code] = await slurm.submit([`--output=${log}`, ...options, script], { ...withJulia, ...env });
    return { code, log: await readFile(log, 'utf8') };
  };
  const JOB = 'julia $DEPOT_JULIA_FLAGS analysis.jl';
  const asking = { DEPOT_CHANNEL: 'prod' };

  for (const { name, taskProlog, jobs } of PROLOGUES) {
    await t.test(
      `of ${jobs} short jobs with a TaskProlog of ${name} each gets its node's image`,
      async () => {
        await install(taskProlog);
        const logs = join(scratch, `logs-${name}`);
        await mkdir(logs);
        const script = join(logs, 'job.sh');
        await writeFile(script, `#!/bin/sh\n${JOB}\necho "node $SLURMD_NODENAME"\n`);
        const array = [`--array=1-${jobs}`, `--output=${logs}/%a`, script];
        const codes = await slurm.submit(array, { ...withJulia, ...asking });
        assert.deepEqual(codes, Array<number>(jobs).fill(0));
        const ran = new Set<string>();
        for (let task = 1; task <= jobs; task++) {
          const log = await readFile(join(logs, String(task)), 'utf8');
          const node = NODES.find((one) => log.endsWith(`node ${one.name}\n`));
          assert.ok(node, log);
          ran.add(node.name);
          const [said, ...rest] = log.trimEnd().split('\n');
          const flags = node.image === 'no image' ? '' : '--startup-file=no ';
          assert.deepEqual(rest, [`${node.image}, ${flags}analysis.jl`, `node ${node.name}`], log);
          assert.match(
            said ?? '',
            node.image === 'no image'
              ? /^depotcast: plain Julia, no image: .*: error: no image of this release runs on/
              : /^depotcast: release-1 \([0-9a-f]{12}\) on x86-64-v[34], sysimage/,
          );
        }
        assert.ok(ran.size > 1, 'the jobs were spread over nodes');
      },
    );

    await t.test(`a step on a weaker node does not inherit the job's image, with ${name}`, async () => {
      await install(taskProlog);
      const body = `${JOB}\nsrun --nodes=1 --ntasks=1 --nodelist=weak sh -c '${JOB}'`;
      const { code, log } = await submit(['--nodelist=strong,weak', '--nodes=2'], body, asking);
      assert.equal(code, 0, log);
      assert.match(log, /^image v4, .*\n(?:.*\n)*no image, analysis\.jl$/m);
    });

    await t.test(
      `jobs that do not ask for an image, or whose repository is away, run all the same, with ${name}`,
      async () => {
        await install(taskProlog);
        const other = await submit([], JOB);
        assert.deepEqual(other, { code: 0, log: 'no image, analysis.jl\n' });
        const { code, log } = await site.withoutTree(() => submit([], JOB, asking));
        assert.equal(code, 0, log);
        assert.match(log, /^depotcast: plain Julia, no image: .*\nno image, analysis\.jl\n$/);
      },
    );
  }

  await t.test('what a TaskProlog has fetched stays in the cache for as long as the task runs', async () => {
    const { prefix, repo, hydrator } = site;
    const fetching = `--repo ${repo.path} --root ${repo.root} --into ${prefix}`;
    const places = { '--repo /cvmfs/julia.example.org': fetching, ...site.places };
    await install('/etc/slurm/task-prolog-node.sh', places);
    const clean = [hydrator, 'gc', '--into', prefix, '--quota', '1'];
    await site.withoutTree(async () => {
      const body = `set -e\n${clean.join(' ')}\necho "$DEPOT_JULIA_FLAGS"\n${JOB}`;
      const { code, log } = await submit(['--nodelist=strong'], body, asking);
      assert.equal(code, 0, log);
      assert.match(log, /^image v4, --startup-file=no analysis\.jl$/m);
      const image = /sysimage-[0-9a-f]{32}/.exec(log)?.[0] ?? 'no image';
      const after = await slurm.run([...clean, '--json']);
      const { removed } = JSON.parse(after.stdout) as { removed: readonly { readonly layer: string }[] };
      assert.ok(
        removed.some(({ layer }) => layer === image),
        log + after.stdout,
      );
    });
  });

  await t.test(
    'a TaskProlog that fails keeps the job from running, says why, and leaves the node in service',
    async () => {
      await install('/etc/slurm/task-prolog-closed.sh');
      const { code, log } = await submit(['--nodelist=weak'], JOB, asking);
      assert.equal(code, 3, log);
      assert.match(log, /^depot-hydrate: error: no image of this release runs on/);
      assert.match(log, /TaskProlog failed status=3/);
      assert.doesNotMatch(log, /analysis/);
      const { stdout } = await slurm.run(['sinfo', '--noheader', '--nodes=weak', '--format=%T']);
      assert.equal(stdout, 'idle\n');
    },
  );

  await t.test('a job asks as documented', async () => {
    await install('/etc/slurm/task-prolog.sh');
    const script = join(scratch, 'documented-job.sh');
    await writeFile(script, await documentedScript('job.sh', {}));
    const log = join(scratch, 'documented.log');
    const options = ['--nodelist=middle', `--output=${log}`, '--export=ALL,DEPOT_CHANNEL=prod'];
    assert.deepEqual(await slurm.submit([...options, script], withJulia), [0]);
    assert.match(await readFile(log, 'utf8'), /\nimage v3, --startup-file=no analysis\.jl\n$/);
  });
});
