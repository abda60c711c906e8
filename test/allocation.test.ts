import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { TARGETS } from '@depotcast/hydrator/format';
import { writeFakeBundle } from './support/fake-bundle.js';
import { freshNode } from './support/node.js';
import { initRepository, publish } from './support/repository.js';
import { run } from './support/programs.js';
import { temporaryDirectory } from './support/temporary.js';

interface Explained {
  readonly chosen: { readonly target: string } | null;
  readonly images: readonly { readonly nodes?: readonly { readonly node: string }[]; readonly why: string }[];
}

const flags = (target: string): string =>
  `flags\t\t: ${TARGETS.find(({ name }) => name === target)?.requires.join(' ') ?? ''}\n`;

/** A program for the PATH. */
async function program(path: string, lines: readonly string[]): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
}

/** An srun that runs its last argument as each of the nodes would, and notes how it was called. */
async function fakeSrun(
  directory: string,
  nodes: Readonly<Record<string, [machine: string, flags: string]>>,
): Promise<string> {
  for (const [name, [machine, text]] of Object.entries(nodes)) {
    await program(join(directory, name, 'uname'), [
      `case $1 in -n) echo ${name} ;; -m) echo ${machine} ;; esac`,
    ]);
    await program(join(directory, name, 'grep'), [`printf '%s' '${text}'`]);
  }
  const places = Object.keys(nodes).map((name) => join(directory, name));
  await program(join(directory, 'bin/srun'), [
    `echo "$SLURM_OVERLAP $*" >>'${directory}/calls'`,
    'for last; do :; done',
    ...places.map((place) => `PATH='${place}':$PATH sh -c "$last"`),
  ]);
  return `${join(directory, 'bin')}:${process.env['PATH'] ?? ''}`;
}

test('one image for all nodes of a job', async (t) => {
  const scratch = await temporaryDirectory();
  const prefix = join(scratch, 'prefix');
  const repo = await initRepository(scratch, prefix);
  const bundle = join(scratch, 'bundle');
  const images = { 'x86-64': 'v1', 'x86-64-v2': 'v2', 'x86-64-v3': 'v3', 'x86-64-v4': 'v4' };
  await writeFakeBundle(bundle, { prefix, images });
  await publish(repo, bundle, 'release-1');
  const node = await freshNode(scratch, ['--repo', repo.path, '--channel', 'prod', '--root', repo.root]);
  const files = ['v4', 'v3', 'v2'].map((level) => join(scratch, `${level}.txt`));
  for (const [index, level] of ['x86-64-v4', 'x86-64-v3', 'x86-64-v2'].entries()) {
    await writeFile(files[index] ?? '', flags(level));
  }
  const [strong = '', middle = '', weak = ''] = files;
  const env = { ...process.env, SLURM_JOB_ID: '17', SLURM_JOB_NUM_NODES: '2' };

  await t.test(
    'of recorded nodes: the best that all can run, and who lacks what for a better one',
    async () => {
      const outcome = await node.hydrate('explain', ['--json', '--machine', 'x86_64', '--nodes', ...files]);
      assert.equal(outcome.code, 0, outcome.stderr);
      const { chosen, images: all } = JSON.parse(outcome.stdout) as Explained;
      assert.equal(chosen?.target, 'x86-64-v2');
      assert.deepEqual(
        all.map(({ nodes }) => nodes?.map((lacking) => lacking.node)),
        [[middle, weak], [weak], [], []],
      );
      assert.match(all[1]?.why ?? '', /^missing abm .* xsave on .*v2\.txt$/);
    },
  );

  await t.test('of a Slurm allocation: each node is asked once, and a cap of one holds for all', async () => {
    const PATH = await fakeSrun(join(scratch, 'slurm'), {
      n1: ['x86_64', flags('x86-64-v4')],
      n2: ['x86_64', flags('x86-64-v3')],
    });
    const config = join(scratch, 'caps.toml');
    await writeFile(config, '[[cap]]\nhosts = "n1"\ntarget = "x86-64-v2"\n');
    const free = await node.hydrate('fetch', ['--common', '--json'], { env: { ...env, PATH } });
    assert.equal(free.code, 0, free.stderr);
    assert.equal((JSON.parse(free.stdout) as { target: string }).target, 'x86-64-v3');
    const capped = await node.hydrate('explain', ['--common', '--config', config], { env: { ...env, PATH } });
    assert.match(
      capped.stdout,
      /x86-64-v3 .* missing abm .* \(capped at x86-64-v2 by .*caps\.toml\) on n1$/m,
    );
    assert.match(capped.stdout, /x86-64-v2 .* chosen$/m);
  });

  await t.test('what runs on each node works on this one', async () => {
    await program(join(scratch, 'here/srun'), ['for last; do :; done', 'sh -c "$last"']);
    const PATH = `${join(scratch, 'here')}:${process.env['PATH'] ?? ''}`;
    const one = { ...env, PATH, SLURM_JOB_NUM_NODES: '1' };
    const common = await run('depot-hydrate', ['detect', '--common', '--json'], { env: one });
    const alone = await run('depot-hydrate', ['detect', '--json']);
    const features = (text: string): unknown => (JSON.parse(text) as { features: unknown }).features;
    assert.deepEqual(features(common.stdout), features(alone.stdout));
  });

  await t.test('of nodes of different architectures there is none', async () => {
    const PATH = await fakeSrun(join(scratch, 'mixed'), {
      n1: ['x86_64', flags('x86-64-v4')],
      n2: ['aarch64', 'Features\t: fp asimd\n'],
    });
    const outcome = await node.hydrate('explain', ['--common'], { env: { ...env, PATH } });
    assert.equal(outcome.code, 3, outcome.stderr);
    assert.match(outcome.stderr, /no image runs on all nodes, which are x86_64 \(n1\) and aarch64 \(n2\)/);
  });

  const failing = join(scratch, 'failing');
  await program(join(failing, 'srun'), [
    'echo "srun: error: Unable to create step for job 17" >&2',
    'exit 1',
  ]);
  const silent = join(scratch, 'silent');
  await program(join(silent, 'srun'), ['exit 0']);
  const outside = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('SLURM_')),
  );
  const FAILURES: readonly [what: string, env: NodeJS.ProcessEnv, code: number, message: RegExp][] = [
    ['outside an allocation', outside, 2, /--common: not inside a Slurm allocation[\s\S]*--nodes/],
    ['where there is no srun', { ...env, PATH: scratch }, 5, /srun: not on the PATH/],
    [
      'where srun fails',
      { ...env, PATH: `${failing}:${process.env['PATH'] ?? ''}` },
      5,
      /Unable to create step/,
    ],
    [
      'where a node keeps silent',
      { ...env, PATH: `${silent}:${process.env['PATH'] ?? ''}` },
      5,
      /0 of 2 nodes/,
    ],
  ];
  for (const [what, environment, code, message] of FAILURES) {
    await t.test(`${what} --common ends with ${code}`, async () => {
      const outcome = await run('depot-hydrate', ['detect', '--common'], { env: environment });
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, message);
    });
  }

  await t.test('a recorded file and an allocation at once is a usage error', async () => {
    const outcome = await run('depot-hydrate', ['detect', '--nodes', strong, '--common'], { env });
    assert.equal(outcome.code, 2);
  });
});
