import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Bundle, DepotError, type LayerId, parseDigest } from '@depotcast/hydrator/format';
import type { Context } from '../src/commands/context.js';
import { readSpec } from '../src/spec/read.js';
import { joinParts, type PartBundle } from '../src/submit/join-bundles.js';
import { planArrays } from '../src/submit/plan-arrays.js';
import { submit, type SubmitReport } from '../src/submit/submit.js';
import { hasEnded, parseTaskStates } from '../src/submit/task-states.js';
import { withTemporary, writeFiles } from './temporary.js';

const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));

const TARGETS = [
  { name: 'x86-64', arch: 'x86_64' },
  { name: 'aarch64', arch: 'aarch64' },
  { name: 'x86-64-v3', arch: 'x86_64' },
  { name: 'x86-64-v4', arch: 'x86_64' },
];

test('there is one task for each target, in arrays by architecture and by what sbatch is told', () => {
  const given = ['--mem=8G', 'aarch64: --partition=arm', 'x86-64-v4:--constraint=avx512 --time=1:00:00'];
  const arrays = planArrays(TARGETS, given).map(({ options, tasks }) => [
    options.join(' '),
    tasks.map(({ index, target }) => `${index} ${target}`),
  ]);
  assert.deepEqual(arrays, [
    ['--mem=8G', ['0 x86-64', '2 x86-64-v3']],
    ['--mem=8G --partition=arm', ['1 aarch64']],
    ['--mem=8G --constraint=avx512 --time=1:00:00', ['3 x86-64-v4']],
  ]);
});

test('architectures never share an array, whatever sbatch is told', () => {
  assert.equal(planArrays(TARGETS, []).length, 2);
});

for (const [given, message] of [
  ['x86-64-v9: --mem=8G', /'x86-64-v9' is neither a target to build nor its architecture/],
  ['--time 2:00:00', /got '2:00:00'/],
  ['aarch64:', /expected options/],
  ['', /expected options/],
] as const) {
  test(`--sbatch '${given}' is refused`, () => {
    assert.throws(
      () => planArrays(TARGETS, [given]),
      (error) => error instanceof DepotError && message.test(error.message),
    );
  });
}

test('what Slurm says of an array is told apart by task, of those too that have not begun', () => {
  const states = parseTaskStates(
    [
      'JobId=5 ArrayJobId=5 ArrayTaskId=3-4,7%2 JobName=wrap JobState=PENDING Reason=Resources ExitCode=0:0 NodeList=(null)',
      'JobId=6 ArrayJobId=5 ArrayTaskId=0 JobName=wrap JobState=COMPLETED Reason=None ExitCode=0:0 NodeList=n1 BatchHost=n1',
      'JobId=7 ArrayJobId=5 ArrayTaskId=1 JobName=wrap JobState=FAILED Reason=NonZeroExitCode ExitCode=7:0 NodeList=n2',
      '',
    ].join('\n'),
  );
  assert.deepEqual([...states.keys()].sort(), [0, 1, 3, 4, 7]);
  assert.deepEqual(states.get(7), { state: 'PENDING', exitCode: 0, node: '', reason: 'Resources' });
  assert.deepEqual(states.get(0), { state: 'COMPLETED', exitCode: 0, node: 'n1', reason: '' });
  assert.deepEqual(states.get(1), { state: 'FAILED', exitCode: 7, node: 'n2', reason: 'NonZeroExitCode' });
  assert.deepEqual([...states.values()].filter(hasEnded).length, 2);
});

const SOURCES = `sources-${'1'.repeat(32)}` as LayerId;
const CACHES = `compiled-${'2'.repeat(32)}` as LayerId;

/** A part with layers of these trees; nothing else of it matters. */
function part(directory: string, trees: Readonly<Record<string, string>>, name = 'jets'): PartBundle {
  const layers = Object.entries(trees).map(([id, digit]) => ({
    ...{ id: id as LayerId, kind: id === SOURCES ? ('sources' as const) : ('compiled' as const) },
    ...{ tree: parseDigest(digit.repeat(64), 'test'), files: 1, bytes: 1 },
  }));
  const bundle: Bundle = {
    ...{ format: 'depotcast-bundle/1', name, version: '1', prefix: '/p', pathBound: true },
    ...{ environments: [], images: [], layers },
  };
  return { directory, bundle };
}

test('of a layer that two parts compiled one is taken, and sources must be the same in all', () => {
  const [one, two] = [
    part('/one', { [SOURCES]: 'a', [CACHES]: 'b' }),
    part('/two', { [SOURCES]: 'a', [CACHES]: 'c' }),
  ];
  const { bundle, homes } = joinParts([one, two]);
  assert.deepEqual(bundle.layers, one.bundle.layers);
  assert.deepEqual([...new Set(homes.values())], ['/one']);
  const others = [part('/other', { [SOURCES]: 'd' }), part('/renamed', { [SOURCES]: 'a' }, 'herald')];
  for (const [index, message] of [
    /^layer sources-1+ is not the same in \/other and \/one$/,
    /^name is not/,
  ].entries()) {
    const other = others[index];
    assert.ok(other);
    assert.throws(() => joinParts([one, other]), { code: 'build-failed', message });
  }
});

const SITE = {
  'spec.toml':
    'name = "jets"\nversion = "1"\nprefix = "/shared/jets"\ntargets = ["x86-64"]\n[[environment]]\nname = "jets"\nproject = "."\n',
  'Project.toml': '',
  'Manifest.toml': '',
  'bin/sbatch': '#!/bin/sh\necho 17\n',
  'bin/scontrol':
    '#!/bin/sh\necho "JobId=17 ArrayTaskId=0 JobState=PENDING Reason=Resources ExitCode=0:0 NodeList=(null)"\n',
  'bin/scancel': '#!/bin/sh\necho "cancelled $*" >"$0.calls"\n',
};

/** A site whose Slurm is three scripts, and what a submission there says. */
async function withSite(
  files: Readonly<Record<string, string>>,
  action: (site: {
    readonly folder: string;
    /** With its Slurm on the PATH. */
    readonly env: NodeJS.ProcessEnv;
    readonly lines: string[];
    readonly submit: (signal: AbortSignal, onLine: () => void) => Promise<SubmitReport>;
  }) => Promise<void>,
): Promise<void> {
  await withTemporary(async (folder) => {
    await writeFiles(folder, { ...SITE, ...files });
    for (const name of ['sbatch', 'scontrol', 'scancel']) await chmod(join(folder, 'bin', name), 0o755);
    const lines: string[] = [];
    const spec = await readSpec(join(folder, 'spec.toml'), {});
    const places = { out: join(folder, 'bundle'), cache: join(folder, 'cache') };
    const request = { spec, ...places, sbatch: [], program: ['depot-build'], args: [spec.file] };
    const env = { PATH: [join(folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter) };
    await action({
      folder,
      env,
      lines,
      submit: (signal, onLine) => {
        const line = (text: string): void => {
          lines.push(text);
          onLine();
        };
        const context: Context = {
          ...{ env, home: folder, cwd: folder, session: [], isRoot: false, signal },
          ...{ machine: { cores: 1, memoryBytes: 1 }, print: () => undefined },
          progress: { begin: () => ({ line, end: line }), note: line, close: () => undefined },
        };
        return submit(request, context);
      },
    });
  });
}

test('the command line takes options for sbatch as sbatch does', async () => {
  await withSite({ 'bin/sbatch': '#!/bin/sh\necho "$*" >"$0.calls"\nexit 1\n' }, async ({ folder, env }) => {
    const places = ['--out', join(folder, 'bundle'), '--cache', join(folder, 'cache')];
    const given = ['--sbatch', '--time=2:00:00 --mem=8G', '--sbatch', 'x86_64: --partition=intel'];
    const words = [CLI, 'submit', join(folder, 'spec.toml'), '--slurm', ...places, ...given];
    const { stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
    const calls = await readFile(join(folder, 'bin/sbatch.calls'), 'utf8').catch(() => stderr);
    assert.match(calls, /--time=2:00:00 --mem=8G --partition=intel/);
  });
});

test('a submission that is stopped leaves no task behind', async () => {
  await withSite({}, async ({ folder, lines, submit }) => {
    const stop = new AbortController();
    const again = (): Promise<SubmitReport> =>
      submit(stop.signal, () => {
        stop.abort(new DepotError('build-failed', 'stopped by SIGTERM'));
      });
    await assert.rejects(again(), { message: 'stopped by SIGTERM' });
    assert.deepEqual(lines, ['PENDING (Resources)']);
    assert.equal(await readFile(join(folder, 'bin/scancel.calls'), 'utf8'), 'cancelled 17\n');
    // The task is not known to have ended: nobody else may use its cache yet.
    await assert.rejects(again(), { code: 'locked', message: /job 17_0 is building x86-64: PENDING/ });
  });
});

test('a Slurm that does not answer for once is asked again; a task that leaves nothing has failed', async () => {
  const scontrol = `#!/bin/sh
[ -e "$0.asked" ] || { touch "$0.asked"; echo "Unable to contact slurm controller" >&2; exit 1; }
echo "JobId=17 ArrayTaskId=0 JobState=COMPLETED Reason=None ExitCode=0:0 NodeList=n1"
`;
  await withSite({ 'bin/scontrol': scontrol }, async ({ folder, lines, submit }) => {
    const { bundle, tasks } = await submit(new AbortController().signal, () => undefined);
    assert.deepEqual(lines, [
      'Slurm does not answer, asking again: scontrol: Unable to contact slurm controller',
      'COMPLETED on n1',
    ]);
    assert.equal(bundle, null);
    assert.equal(tasks[0]?.error, `nothing came to ${folder}/bundle.tasks: does n1 see this folder?`);
  });
});

test('what stands where a task would build and is no bundle is left alone', async () => {
  await withSite({ 'bundle.tasks/x86-64/thesis.tex': 'x' }, async ({ folder, submit }) => {
    const outcome = submit(new AbortController().signal, () => undefined);
    await assert.rejects(outcome, { code: 'usage', message: /bundle\.tasks\/x86-64: holds something/ });
    assert.equal(await readFile(join(folder, 'bundle.tasks/x86-64/thesis.tex'), 'utf8'), 'x');
  });
});
