import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { removeTree } from '@depotcast/hydrator';
import { cacheDirectory, currentUser, findJulia, findLinker, hostArch } from '@depotcast/tools/debian-julia';
import {
  compareStarts,
  type Job,
  launchEnvironment,
  programCommand,
  renderTable,
  runJob,
  runOn,
  runProgram,
  startWays,
  type StartWay,
} from '@depotcast/tools/starts';
import { makeHandmadeImage } from './handmade-image.js';
import { cannotMount, mountAnew, type MountPlace, unmount } from './mount.js';
import { cannotDrop, dropPageCache } from './page-cache.js';
import { benchWorkers } from './workers.js';

export interface StartBench {
  /** Repository directory with its keys beside it. */
  readonly repo: string;
  readonly channel: string;
  /** A Julia script that prints its numbers in lines that begin with `result` or `checksum`, and its arguments. */
  readonly script: readonly string[];
  readonly runs: number;
}

/**
 * Time from start to result of a job: without precompiled code, on package caches, on the system image, and on an image
 * made by hand; with a warm and a cold page cache, from a plain directory and from a CernVM-FS mount. And how several
 * workers load the packages.
 */
export async function benchStart({ repo, channel, script, runs }: StartBench): Promise<void> {
  const { name, prefix } = await readConfig(repo);
  const scratch = await mkdtemp(join(tmpdir(), 'depotcast-bench-'));
  const env = process.env;
  const directory = cacheDirectory(env, currentUser());
  const julia = await findJulia({ env, directory, log: say });
  const linker = await findLinker({ env, directory, arch: hostArch(), log: say });
  const trust = ['--root', join(`${repo}.keys`, 'root.json'), '--state', join(scratch, 'state')];
  const source = ['--repo', repo, '--channel', channel, ...trust];
  const job: Job = { source, julia: julia.command, script, scratch };
  try {
    for (const start of ['caches', 'sysimage'])
      await runProgram('depot-hydrate', ['fetch', ...source, '--start', start]);
    const caches = await launchEnvironment(job, 'caches');
    const sysimage = await launchEnvironment(job, 'sysimage');
    const starts = [
      { name: 'package caches', ...caches },
      { name: 'system image', ...sysimage },
    ];
    await benchWorkers(job, starts, runs);
    say(`Julia ${julia.version}: making an image by hand`);
    const handmade = await makeHandmadeImage(job, caches, join(scratch, 'handmade'), linker.command);
    const byHand = { name: 'system image made by hand', run: () => runOn(job, handmade) };
    const ways = [...(await startWays(job)), byHand];
    await report('plain directory, warm page cache', ways, runs);
    if (cannotDrop === false) await report('plain directory, cold', precompiled(ways), runs, dropPageCache);
    else say(`no cold page cache: ${cannotDrop}`);
    if (cannotMount === false) {
      await benchMount(job, { repo, name, prefix, home: join(scratch, 'client') }, [...trust], channel, runs);
    } else say(`no CernVM-FS mount: ${cannotMount}`);
  } finally {
    await removeTree(scratch);
  }
}

/** A mount hides the plain tree at the same path. */
async function benchMount(
  job: Job,
  place: MountPlace,
  trust: readonly string[],
  channel: string,
  runs: number,
): Promise<void> {
  await mountAnew(place);
  try {
    const mounted = { ...job, source: ['--repo', place.prefix, '--channel', channel, ...trust] };
    const ways = precompiled(await startWays(mounted));
    await report('CernVM-FS mount, warm', ways, runs);
    const empty = async (): Promise<void> => {
      await unmount(place);
      await mountAnew(place);
      if (cannotDrop === false) await dropPageCache();
    };
    await report('CernVM-FS mount, empty client cache', ways, runs, empty);
    await report('the same after fetch --warm', ways, runs, async () => {
      await empty();
      await runProgram('depot-hydrate', ['fetch', ...mounted.source, '--warm']);
    });
    await empty();
    const warm = () =>
      runJob([...programCommand('depot-hydrate'), 'fetch', ...mounted.source, '--warm'], process.env);
    await report(
      'fetch --warm itself, empty client cache',
      [{ name: 'fetch --warm', run: warm }],
      runs,
      empty,
    );
  } finally {
    await unmount(place);
  }
}

/** Compiling everything takes minutes, wherever the sources come from. */
function precompiled(ways: readonly StartWay[]): StartWay[] {
  return ways.filter(({ name }) => !name.startsWith('plain'));
}

async function report(
  title: string,
  ways: readonly StartWay[],
  runs: number,
  before?: () => Promise<void>,
): Promise<void> {
  const { measurements } = await compareStarts(ways, runs, before);
  process.stdout.write(`${title}\n${renderTable(measurements)}\n\n`);
}

async function readConfig(repo: string): Promise<{ readonly name: string; readonly prefix: string }> {
  const file = join(resolve(repo), '.depot/repository.json');
  return JSON.parse(await readFile(file, 'utf8')) as { name: string; prefix: string };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
