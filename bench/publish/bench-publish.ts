import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeTree } from '@depotcast/hydrator';
import { type Cost, runMeasured } from './run-measured.js';
import { ingestCommand, signCommand, type StockRepository, stockTools } from './stock-tools.js';
import { largeTree, publishTree, type SyntheticFile, writeSyntheticBundle } from './synthetic-bundle.js';

const PUBLISH = [process.execPath, fileURLToPath(import.meta.resolve('@depotcast/publisher/cli'))];
const NAME = 'bench.example.org';
const PREFIX = `/cvmfs/${NAME}`;
const PEER = 'tar -C "$1" -cf - . | gzip -6 > "$2"';

/**
 * Publishing beside `tar | gzip -6` of the same bytes, and beside CernVM-FS' own tools where CVMFS_TOOLS names its tools,
 * all in one run: what counts are ratios, since machines differ and are shared.
 */
async function benchTree(scratch: string, title: string, files: readonly SyntheticFile[]): Promise<void> {
  const home = join(scratch, title);
  const [bundle, shared, grown] = [join(home, 'bundle'), join(home, 'shared'), join(home, 'grown')];
  await mkdir(home);
  await writeSyntheticBundle(bundle, PREFIX, files);
  const hundred = Array.from({ length: 100 }, (_, i) => ({ path: `small/more${i}`, size: 5000 }));
  await writeSyntheticBundle(shared, PREFIX, files, hundred);
  await writeSyntheticBundle(grown, PREFIX, [...files, ...hundred]);
  const peer = await runMeasured(['sh', '-c', PEER, 'sh', bundle, join(home, 'peer.tgz')]);
  const repo = await makeRepository(home, 'ours');
  const costs: [string, Cost][] = [
    ['tar | gzip -6', peer],
    ['publish', await runMeasured(publishCommand(repo, bundle, '1'))],
    ['and a layer of 100 files', await runMeasured(publishCommand(repo, shared, '2'))],
    ['and 100 files in that layer', await runMeasured(publishCommand(repo, grown, '3'))],
  ];
  if (stockTools !== undefined) {
    const repo = await makeRepository(home, 'theirs');
    const stock = { tools: stockTools, repo, name: NAME, home };
    costs.push(['stock ingest and sign', await runStock(stock, bundle, 'sources', 'large')]);
    costs.push(['and a layer of 100 files', await runStock(stock, shared, 'artifacts', 'hundred')]);
  }
  const megabytes = files.reduce((sum, { size }) => sum + size, 0) / 1e6;
  process.stdout.write(`${title}: ${files.length} files, ${megabytes.toFixed(0)} MB\n`);
  for (const [what, cost] of costs) process.stdout.write(renderCost(what, cost, peer));
  await removeTree(home);
}

async function runStock(stock: StockRepository, bundle: string, kind: string, into: string): Promise<Cost> {
  const ingest = await runMeasured(await ingestCommand(stock, bundle, kind, into));
  const sign = await runMeasured(signCommand(stock));
  return {
    wall: ingest.wall + sign.wall,
    cpu: ingest.cpu + sign.cpu,
    peak: Math.max(ingest.peak, sign.peak),
  };
}

async function makeRepository(home: string, name: string): Promise<string> {
  const repo = join(home, name);
  await runMeasured([...PUBLISH, 'init', repo, '--name', NAME, '--prefix', PREFIX]);
  return repo;
}

function publishCommand(repo: string, bundle: string, name: string): string[] {
  return [...PUBLISH, 'publish', repo, bundle, '--name', name, '--channel', 'prod'];
}

function renderCost(what: string, { wall, cpu, peak }: Cost, peer: Cost): string {
  const cells = [
    `${wall.toFixed(2)} s wall`.padStart(14),
    `${(wall / peer.wall).toFixed(3)} of tar | gzip`.padStart(21),
    `${cpu.toFixed(2)} s CPU`.padStart(13),
    `${peak.toFixed(0)} MiB`.padStart(9),
  ];
  return `  ${what.padEnd(28)}${cells.join('')}\n`;
}

/** @param options `large` adds a tree with one file of 4 GiB */
export async function benchPublish({ large }: { readonly large: boolean }): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'depotcast-bench-'));
  try {
    await benchTree(scratch, 'mixed', publishTree());
    if (large) await benchTree(scratch, 'large', largeTree(4 * 2 ** 30));
  } finally {
    await removeTree(scratch);
  }
}
