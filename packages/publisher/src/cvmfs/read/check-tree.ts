import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { type AnyHash, pathOfObject } from './any-hash.js';
import { type NestedRow, type ReadCatalog, readCatalog } from './catalog.js';
import { checkCatalog, type CheckedCatalog, type PlacedEntry } from './check-catalog.js';
import { readObject } from './object.js';

export interface TreeEvents {
  /** Told each catalog once it has been checked by itself, before those that are nested in it. */
  readonly onCatalog: (
    path: string,
    entries: readonly PlacedEntry[],
    properties: Properties,
  ) => Promise<void>;
  readonly onProblem: (message: string) => void;
}

export type Properties = ReadCatalog['properties'];

type Totals = ReadonlyMap<string, number>;

/** A catalog to begin with; its size is not always known. */
export type CatalogReference = Omit<NestedRow, 'size'> & { readonly size: number | undefined };

/**
 * Checks a catalog and all that are nested in it. One catalog is in memory at a time, beside the ones above it.
 * @param mountpoint where the catalog above mounts it, which must look like its root
 * @returns what they count together; undefined where that could not be found out
 */
export async function checkTree(
  source: Source,
  catalog: CatalogReference,
  events: TreeEvents,
  mountpoint?: PlacedEntry,
): Promise<Totals | undefined> {
  const where = `${source.location}/${pathOfObject(catalog.hash, 'C')} (${catalog.path === '' ? '/' : catalog.path})`;
  const report = (problem: string) => {
    events.onProblem(`${where}: ${problem}`);
  };
  const bytes = await readOrReport(source, catalog.hash, events);
  if (bytes === undefined) return undefined;
  if (catalog.size !== undefined && bytes.length !== catalog.size)
    report(`expected a database of ${catalog.size} bytes, got ${bytes.length}`);
  const read = await readCatalog(bytes, where);
  const checked = checkCatalog(read, catalog.path);
  for (const problem of checked.problems) report(problem);
  const [root] = checked.entries;
  const isAlike = mountpoint?.links === root?.links && mountpoint?.permissions === root?.permissions;
  if (mountpoint !== undefined && !isAlike) report('its root differs from the directory it is mounted on');
  await events.onCatalog(catalog.path, checked.entries, read.properties);
  return sumTotals(source, read.nested, { checked, stored: read.statistics, report, events });
}

interface Above {
  readonly checked: CheckedCatalog;
  readonly stored: Totals;
  readonly report: (problem: string) => void;
  readonly events: TreeEvents;
}

async function sumTotals(
  source: Source,
  nested: readonly NestedRow[],
  { checked: { self, entries }, stored, report, events }: Above,
): Promise<Totals | undefined> {
  const below: Totals[] = [];
  const mountpoints = new Map(
    entries.filter(({ role }) => role === 'mountpoint').map((entry) => [entry.path, entry]),
  );
  for (const catalog of nested) {
    const totals = await checkTree(source, catalog, events, mountpoints.get(catalog.path));
    if (totals !== undefined) below.push(totals);
  }
  if (below.length < nested.length) return undefined;
  const sum = (name: string) => below.reduce((total, totals) => total + (totals.get(name) ?? 0), 0);
  for (const name of self.keys()) {
    const value = stored.get(`subtree_${name}`);
    if (value !== sum(name)) report(`counter subtree_${name}: expected ${sum(name)}, got ${value ?? 'none'}`);
  }
  return new Map([...self].map(([name, value]) => [name, value + sum(name)]));
}

async function readOrReport(source: Source, hash: AnyHash, events: TreeEvents): Promise<Buffer | undefined> {
  try {
    return await readObject(source, hash, 'C');
  } catch (error) {
    if (!(error instanceof DepotError)) throw error;
    events.onProblem(error.message);
    return undefined;
  }
}
