import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DepotError, requireProject } from '@depotcast/hydrator/format';
import { alignColumns, type Job, type LaunchEnvironment, median, runOn } from '@depotcast/tools/starts';

const SCRIPT = fileURLToPath(new URL('../../start/workers.jl', import.meta.url));
const WORKERS = 4;

/** Seconds until all workers were ready, and those that the processor spent on one. */
interface Cost {
  readonly wall: number;
  readonly processor: number;
}

/** What workers cost until they have started, and from then on until they have loaded the packages. */
type Phase = 'start' | 'load';
type Costs = Readonly<Record<Phase, Cost>>;

/** One worker beside several. */
interface Comparison {
  readonly name: string;
  readonly one: Costs;
  readonly several: Costs;
}

/**
 * Measures how several workers start and load the environment's packages, beside how one does. Where there are fewer cores than workers
 * these take turns, and only the processor time of each tells what the image makes of it.
 */
export async function benchWorkers(
  job: Job,
  starts: readonly (LaunchEnvironment & { readonly name: string })[],
  runs: number,
): Promise<void> {
  const comparisons: Comparison[] = [];
  for (const start of starts) {
    const packages = await directPackages(start.set['JULIA_PROJECT'] ?? '');
    const script = [SCRIPT, String(WORKERS), ...packages];
    const found: Costs[][] = [];
    for (let count = 0; count < runs; count++) {
      found.push(parseCosts((await runOn({ ...job, script }, start)).output));
    }
    const [one, several] = [0, 1].map((index) => medianOf(found.flatMap((run) => run[index] ?? [])));
    if (one !== undefined && several !== undefined) comparisons.push({ name: start.name, one, several });
  }
  process.stdout.write(`${renderWorkers(comparisons, availableParallelism())}\n\n`);
}

async function directPackages(folder: string): Promise<string[]> {
  const file = join(folder, 'Project.toml');
  return Object.keys(requireProject(await readFile(file, 'utf8'), file).deps);
}

function parseCosts(output: string): Costs[] {
  const lines = [...output.matchAll(/^workers \d+ (\S+) (\S+) (\S+) (\S+)$/gm)];
  if (lines.length !== 2) {
    throw new DepotError(
      'build-failed',
      `expected the costs of one worker and of ${WORKERS}, got:\n${output}`,
    );
  }
  return lines.map((line) => {
    const [wallStart = NaN, wallLoad = NaN, start = NaN, load = NaN] = line.slice(1).map(Number);
    return {
      start: { wall: wallStart, processor: start },
      load: { wall: wallLoad, processor: load },
    };
  });
}

function medianOf(costs: readonly Costs[]): Costs {
  const of = (phase: Phase): Cost => ({
    wall: median(costs.map((cost) => cost[phase].wall)),
    processor: median(costs.map((cost) => cost[phase].processor)),
  });
  return { start: of('start'), load: of('load') };
}

function renderWorkers(comparisons: readonly Comparison[], cores: number): string {
  const rows = comparisons.flatMap(({ name, one, several }) =>
    (['start', 'load'] as const).map((phase) => [
      `${phase}: ${name}`,
      ...compare(one[phase].wall, several[phase].wall),
      ...compare(one[phase].processor, several[phase].processor),
    ]),
  );
  const heads = ['1', String(WORKERS), 'ratio'];
  const columns = [
    'workers',
    ...heads.map((head) => `wall ${head}`),
    ...heads.map((head) => `processor, each, ${head}`),
  ];
  const title = `${WORKERS} workers beside 1, on ${cores} cores`;
  const note = cores < WORKERS ? ': the workers take turns, which adds to their wall-clock' : '';
  return `${title}${note}\n${alignColumns([columns, ...rows], [0])}`;
}

function compare(one: number, several: number): string[] {
  return [`${one.toFixed(2)} s`, `${several.toFixed(2)} s`, `${(several / one).toFixed(2)} x`];
}
