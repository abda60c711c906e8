/** What a catalog counts, as its statistics table names it. */
const COUNTERS = [
  'regular',
  'symlink',
  'special',
  'dir',
  'nested',
  'chunked',
  'chunks',
  'file_size',
  'chunked_size',
  'xattr',
  'external',
  'external_file_size',
] as const;

/** Numbers of paths, objects and bytes. */
export type Counters = Readonly<Record<(typeof COUNTERS)[number], number>>;

export const NOTHING = Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Counters;

export function sumCounters(all: Iterable<Partial<Counters>>): Counters {
  const sum: Record<string, number> = { ...NOTHING };
  for (const counters of all) {
    for (const name of COUNTERS) sum[name] = (sum[name] ?? 0) + (counters[name] ?? 0);
  }
  return sum as Counters;
}

export function subtractCounters(from: Counters, less: Counters): Counters {
  return Object.fromEntries(COUNTERS.map((name) => [name, from[name] - less[name]])) as Counters;
}

/** Rows of the statistics table. A reader refuses a catalog that lacks one of them. */
export function statisticsRows(self: Counters, subtree: Counters): [string, number][] {
  return COUNTERS.flatMap((name): [string, number][] => [
    [`self_${name}`, self[name]],
    [`subtree_${name}`, subtree[name]],
  ]);
}

/** One catalog's counters, or those of all below it, from the table that {@link statisticsRows} fills. */
export function countersFrom(statistics: ReadonlyMap<string, number>, scope: 'self' | 'subtree'): Counters {
  const entries = COUNTERS.map((name) => [name, statistics.get(`${scope}_${name}`) ?? 0]);
  return Object.fromEntries(entries) as Counters;
}
