import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { removeTree } from '@depotcast/hydrator';
import { type Outcome, runCommand, succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { build, checkout, julia, prefix } from './support/site.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();
const asked = await runCommand([...julia.command, '--startup-file=no', '-e', 'print(Sys.BINDIR)']);
const root = dirname(asked.stdout);
const skip = ['/usr', '/usr/local'].includes(root)
  ? `${root} holds other programs too: name a Julia in a folder of its own with JULIA`
  : false;

const repo = await initRepository(scratch, prefix);
const job = join(scratch, 'hep-jets');
await cp(join(checkout, 'examples/hep-jets'), job, { recursive: true });
if (skip === false) {
  const spec = join(job, 'runtime.toml');
  await writeFile(
    spec,
    `name = "jets-with-julia"
version = "1"
prefix = "${prefix}"
targets = ["x86-64"]
[julia]
bundle-runtime = true
[[environment]]
name = "jets"
project = "."
workload = "workload.jl"
`,
  );
  await publish(repo, await build(spec, 'runtime'), 'release-1');
  await removeTree(prefix);
  await succeed('depot-publish', ['export', repo.path, '--into', prefix]);
}

/** A node without Julia, and with nothing else of this process's. */
const NODE = { PATH: '/usr/bin:/bin', TMPDIR: scratch, HOME: '/nonexistent' };
const RUNTIME = new RegExp(`^${prefix}/layers/runtime-[0-9a-f]{32}/bin$`, 'm');

function hydrate(command: string, repository: string, ...args: string[]): Promise<Outcome> {
  const source = ['--repo', repository, '--channel', 'prod', '--state', join(scratch, 'state')];
  const words = [process.execPath, join(prefix, 'bin/depot-hydrate'), command, ...source, ...args];
  return runCommand(words, { env: NODE });
}

function activate(...args: string[]): Promise<Outcome> {
  return runCommand([join(prefix, 'channels/prod/activate'), ...args], { env: NODE });
}

const analysis = join(job, 'analysis.jl');
const checksums = new Set<string>();

function expectResult({ code, stdout, stderr }: Outcome): void {
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ok$/m);
  checksums.add(/^checksum [0-9a-f]+$/m.exec(stdout)?.[0] ?? 'no checksum');
}

test(
  'a node without Julia runs the example’s job from the mounted tree, on caches and on the system image',
  { skip },
  async () => {
    for (const start of ['caches', 'sysimage']) {
      expectResult(await hydrate('exec', prefix, '--start', start, '--', 'julia', analysis));
      expectResult(await activate('--start', start, 'julia', analysis));
    }
    assert.equal(checksums.size, 1);
  },
);

const LIBRARIES = `
  using JetAnalysis, Libdl
  println(unsafe_string(Base.JLOptions().image_file))
  foreach(path -> println(realpath(path)), filter(isfile, dllist()))
`;

test(
  'the system image that the release’s Julia compiled loads nothing of the installation that this was copied from',
  { skip },
  async () => {
    const words = ['--start', 'sysimage', '--', 'julia', '-e', LIBRARIES];
    const { code, stdout, stderr } = await hydrate('exec', prefix, ...words);
    assert.equal(code, 0, stderr);
    const [image = '', ...libraries] = stdout.trimEnd().split('\n');
    assert.match(image, new RegExp(`^${prefix}/layers/sysimage-[0-9a-f]{32}/sys\\.so$`));
    assert.ok(libraries.some((library) => library.startsWith(`${prefix}/layers/runtime-`)));
    assert.deepEqual(
      libraries.filter((library) => library.startsWith(`${root}/`)),
      [],
    );
  },
);

const WHERE = 'println(Sys.BINDIR); foreach(println, DEPOT_PATH)';

test('julia is the release’s own, its depots are the last, and both launchers agree', { skip }, async () => {
  const environment = await hydrate('env', prefix, '--scratch', '/scr');
  const named = `exec julia $DEPOT_JULIA_FLAGS -e '${WHERE}'`;
  const evaluated = `eval "$1"; ${named}`;
  const outcomes = [
    await hydrate('exec', prefix, '--scratch', '/scr', '--', 'julia', '-e', WHERE),
    await hydrate('exec', prefix, '--scratch', '/scr', '--', 'sh', '-c', named),
    await runCommand(['sh', '-c', evaluated, 'sh', environment.stdout], { env: NODE }),
    await runCommand([join(prefix, 'channels/prod/activate'), 'julia', '-e', WHERE], {
      env: { ...NODE, DEPOT_SCRATCH: '/scr' },
    }),
  ];
  for (const { code, stderr } of outcomes) assert.equal(code, 0, stderr);
  assert.equal(new Set(outcomes.map(({ stdout }) => stdout)).size, 1);
  const [bindir = '', first, ...depots] = (outcomes[0]?.stdout ?? '').trimEnd().split('\n');
  assert.match(bindir, RUNTIME);
  assert.equal(first, '/scr');
  assert.equal(depots.at(-1), join(dirname(bindir), 'share/julia'));
});

test('workers are of the same Julia', { skip }, async () => {
  const program = 'using Distributed; foreach(println, unique(pmap(_ -> Sys.BINDIR, 1:4)))';
  const { code, stdout, stderr } = await hydrate('exec', prefix, '--', 'julia', '-p', '2', '-e', program);
  assert.equal(code, 0, stderr);
  assert.match(stdout.trim(), RUNTIME);
});

test(
  'from a repository the runtime is fetched and shown at the prefix like every layer',
  { skip },
  async () => {
    const cache = ['--cache', join(scratch, 'cache'), '--root', repo.root];
    const outcome = await hydrate('exec', repo.path, ...cache, '--', 'julia', '-e', WHERE);
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.match(outcome.stderr, /^fetched runtime-[0-9a-f]{32} \(\d+ MB\)$/m);
    assert.match(outcome.stdout.split('\n')[0] ?? '', RUNTIME);
  },
);
