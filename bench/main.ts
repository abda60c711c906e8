import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeTree } from '@depotcast/hydrator';
import { type Cost, runMeasured } from './run-measured.js';
import { largeTree, publishTree, type SyntheticFile, writeSyntheticBundle } from './synthetic-bundle.js';

const PUBLISH = [process.execPath, fileURLToPath(import.meta.resolve('@depotcast/publisher/cli'))];
const PREFIX = '/cvmfs/bench.example.org';

/** Publishing beside `tar | gzip -6` of the same bytes, in one run: ratios, since machines differ and are shared. */
async function benchPublish(scratch: string, name: string, files: readonly SyntheticFile[]): Promise<void> {
  const home = join(scratch, name);
  const [bundle, repo] = [join(home, 'bundle'), join(home, 'repo')];
  await mkdir(home);
  await writeSyntheticBundle(bundle, PREFIX, files);
  await runMeasured([...PUBLISH, 'init', repo, '--name', 'bench.example.org', '--prefix', PREFIX]);
  const peer = await runMeasured([
    'sh',
    '-c',
    'tar -C "$1" -cf - . | gzip -6 > "$2"',
    'sh',
    bundle,
    join(home, 'peer.tgz'),
  ]);
  const first = await runMeasured([...PUBLISH, 'publish', repo, bundle, '--name', '1', '--channel', 'prod']);
  const more = [...files, ...Array.from({ length: 100 }, (_, i) => ({ path: `small/more${i}`, size: 5000 }))];
  await writeSyntheticBundle(join(home, 'more'), PREFIX, more);
  const again = await runMeasured([
    ...PUBLISH,
    'publish',
    repo,
    join(home, 'more'),
    '--name',
    '2',
    '--channel',
    'prod',
  ]);
  const megabytes = files.reduce((sum, { size }) => sum + size, 0) / 1e6;
  print(
    `${name}: ${files.length} files, ${megabytes.toFixed(0)} MB`,
    { 'tar | gzip -6': peer, publish: first, 'publish 100 files more': again },
    peer,
  );
  await removeTree(home);
}

function print(title: string, rows: Readonly<Record<string, Cost>>, peer: Cost): void {
  process.stdout.write(`${title}\n`);
  for (const [name, { wall, peak }] of Object.entries(rows)) {
    const ratio = (wall / peer.wall).toFixed(2);
    process.stdout.write(
      `  ${name.padEnd(24)} ${wall.toFixed(1).padStart(7)} s  ${ratio.padStart(5)} of the peer  ${peak.toFixed(0).padStart(5)} MiB\n`,
    );
  }
}

const scratch = await mkdtemp(join(tmpdir(), 'depotcast-bench-'));
try {
  await benchPublish(scratch, 'mixed', publishTree());
  if (process.argv.includes('--large')) await benchPublish(scratch, 'large', largeTree(4 * 2 ** 30));
} finally {
  await removeTree(scratch);
}
