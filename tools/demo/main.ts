import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '@depotcast/hydrator';
import { DepotError, describeFailure, isPrefix } from '@depotcast/hydrator/format';
import { cacheDirectory, currentUser, findJulia, findLinker, hostArch } from '../debian-julia/index.js';
import { compareStarts, type Measurement, renderBars, renderTable, runProgram, startWays } from '../starts/index.js';

const SCRIPT = ['examples/hep-jets/analysis.jl'];
const RUNS = 3;
const BAR_WIDTH = 50;

/** Builds, publishes, hydrates and runs the example below `./demo`, and shows what was gained. */
async function demo(base: string): Promise<void> {
  const [bundle, repo, tree] = [join(base, 'bundle'), join(base, 'repo'), join(base, 'tree')];
  requirePlainPath(tree);
  await mkdir(base, { recursive: true });
  const cache = cacheDirectory(process.env, currentUser());
  const julia = await findJulia({ env: process.env, directory: cache, log: say });
  const linker = await findLinker({ env: process.env, directory: cache, arch: hostArch(), log: say });
  say(`Julia ${julia.version} (${julia.origin}): ${julia.command.join(' ')}`);

  say('\n1. Build examples/hep-jets for x86-64 and x86-64-v3');
  const options = ['--julia', julia.command.join(' '), '--linker', linker.command.join(' ')];
  const places = ['--prefix', tree, '--cache', join(base, 'build'), '--out', bundle];
  process.stdout.write(await runProgram('depot-build', ['run', 'examples/hep-jets/spec.toml', ...options, ...places]));

  say('\n2. Publish it to demo/repo, channel prod');
  for (const path of [repo, `${repo}.keys`, tree, join(base, 'state')]) await removeTree(path);
  await runProgram('depot-publish', ['init', repo, '--name', 'hep-jets.example.org', '--prefix', tree]);
  process.stdout.write(await runProgram('depot-publish', ['publish', repo, bundle, '--name', 'demo-1', '--channel', 'prod']));

  say('\n3. Hydrate this node');
  await mkdir(tree);
  const source = ['--repo', repo, '--channel', 'prod', '--root', join(`${repo}.keys`, 'root.json'), '--state', join(base, 'state')];
  process.stdout.write(await runProgram('depot-hydrate', ['explain', ...source]));
  for (const start of ['caches', 'sysimage']) {
    process.stdout.write(await runProgram('depot-hydrate', ['fetch', ...source, '--start', start]));
  }

  say(`\n4. Run the analysis three ways from the read-only tree, ${RUNS} times each`);
  const scratch = await mkdtemp(join(tmpdir(), 'depotcast-demo-'));
  try {
    const { measurements, result } = await compareStarts(await startWays({ source, julia: julia.command, script: SCRIPT, scratch }), RUNS);
    process.stdout.write(await runProgram('depot-hydrate', ['verify', ...source]));
    show(measurements, result);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The tree's path becomes the prefix, which Julia writes into what it compiles: better told now than after the build. */
function requirePlainPath(path: string): void {
  if (isPrefix(path)) return;
  throw new DepotError('usage', `${path}: a space or a special character in it would take Julia's paths apart`, {
    hint: 'run the demo from a folder with a plain name',
  });
}

function show(measurements: readonly Measurement[], result: string): void {
  process.stdout.write(`\n${result}\n\n${renderTable(measurements)}\n\n${renderBars(measurements, BAR_WIDTH)}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

try {
  await demo(join(process.cwd(), 'demo'));
} catch (error) {
  const { text, exitCode } = describeFailure('demo', error);
  process.stderr.write(text);
  process.exitCode = exitCode;
}
